// The digits example as a whole: what its step stores and why, and what its module is.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compileToKernels } from '../../compiler/compile.ts'
import { compile, jsTarget } from '../../compiler/index.ts'
import type { KernelProgram, Statement } from '../../compiler/kernels/program.ts'
import { standardLibrary } from '../../std/sources.ts'

const path = fileURLToPath(new URL('../../examples/digits/digits.lossdsl', import.meta.url))
const digits = readFileSync(path, 'utf8')

const crossEntropy = `axis N, C
input scores: logit[N, C]
input label: class(C)[N]
loss train = mean(cross_entropy(scores, label)) wrt scores
`

function programOf(text: string, name: string): KernelProgram {
  const source = { path: 'a.lossdsl', text }
  const { module } = compileToKernels(source, { target: jsTarget(true), std: standardLibrary })
  for (const [computation, program] of module?.programs ?? []) {
    if (computation.name === name) return program
  }
  throw new Error(`no computation ${name}`)
}

function loopsOver(axis: string, statements: readonly Statement[]): number {
  let count = 0
  for (const statement of statements) {
    if (statement.kind !== 'loop') continue
    if (statement.axis === axis) count++
    count += loopsOver(axis, statement.body)
  }
  return count
}

describe('the digits step', () => {
  it('stores what a row or a scalar could not hold, and says why', () => {
    const { buffers } = programOf(digits, 'train.step')
    const stored = buffers
      .filter(({ place }) => place.kind === 'temporary')
      .map(({ name, type, axes, reason }) => `${name}: ${type}[${axes.join(', ')}]  ${reason}`)
    expect(stored.join('\n')).toMatchSnapshot()
  })
})

describe('softmax cross-entropy with its gradient', () => {
  it('is one loop over rows', () => {
    const { kernels } = programOf(crossEntropy, 'train.valueAndGrad')
    expect(kernels).toHaveLength(1)
    expect(loopsOver('N', kernels[0]?.body ?? [])).toBe(1)
  })

  it('is one loop over rows in the code', () => {
    const { code = '' } = compile(crossEntropy, { entries: ['train'] })
    const start = code.indexOf('function train_valueAndGrad')
    const loop = code.slice(start, code.indexOf('\n}\n', start) + 3)
    expect(loop.match(/for \(let n\b/g)).toHaveLength(1)
    expect(loop).toMatchSnapshot()
  })
})

describe('the digits module', () => {
  const { code = '', diagnostics } = compile(digits, { path: 'digits.lossdsl' })

  it('compiles without a word', () => {
    expect(diagnostics).toEqual([])
  })

  it('imports nothing and makes no code from strings', () => {
    expect(code).not.toMatch(/\bimport\b/)
    expect(code).not.toMatch(/\beval\b|\bFunction\b/)
  })

  it('is the same bytes every time', () => {
    expect(compile(digits, { path: 'digits.lossdsl' }).code).toBe(code)
  })

  it('is under 10 KB gzipped', () => {
    expect(gzipSync(code, { level: 9 }).length).toBeLessThan(10_000)
  })

  it('trains where code generation from strings is forbidden', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lossdsl-digits-'))
    try {
      writeFileSync(join(folder, 'digits.mjs'), code)
      writeFileSync(
        join(folder, 'run.mjs'),
        `import { init, train } from './digits.mjs'
const model = init({ seed: 1, axes: { D: 64 } })
const x = Float32Array.from({ length: 20 * 64 }, (_, i) => (i * 7) % 17)
const digit = Int32Array.from({ length: 20 }, (_, i) => i % 10)
const losses = Array.from({ length: 40 }, () => train.step(model, { x, digit }))
console.log(JSON.stringify([losses[0], losses.at(-1)]))
`,
      )
      const run = spawnSync(
        process.execPath,
        ['--disallow-code-generation-from-strings', join(folder, 'run.mjs')],
        { encoding: 'utf8' },
      )
      expect(run.stderr).toBe('')
      const [first, last] = JSON.parse(run.stdout) as [number, number]
      expect(last).toBeLessThan(first / 2)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
