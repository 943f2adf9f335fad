// What the README shows of the compiler's words is what the compiler says.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { compile, render } from '../../compiler/index.ts'

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

it('shows the warning as it is', () => {
  const source = `axis N, C = 10
input scores: logit[N, C]
input digit: class(C)[N]
let p = softmax[C](scores)
loss train = mean(cross_entropy(p, digit)) wrt scores
`
  const { diagnostics } = compile(source, { path: 'digits.lossdsl' })
  expect(diagnostics).toHaveLength(1)
  for (const diagnostic of diagnostics) expect(readme).toContain(render(diagnostic, source))
})
