// What the README shows of the compiler's words and code is what the compiler says and writes.
import { readFileSync } from 'node:fs'
import { format } from 'prettier'
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

it('shows the loops as they are, laid out', async () => {
  const source = `axis N, C
input scores: logit[N, C]
input label: class(C)[N]
loss train = mean(cross_entropy(scores, label)) wrt scores
`
  const { code = '' } = compile(source)
  const [loops = 'no such function'] =
    /^function train_valueAndGrad_kernel.*?^}$/ms.exec(code) ?? []
  const style = { parser: 'babel', semi: false, singleQuote: true, printWidth: 100 }
  expect(readme).toContain(await format(loops, style))
})
