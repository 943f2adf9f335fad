// Every function of the standard library against finite differences, orders one and two, by enumeration of the sources.
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import type { Fn } from '../../compiler/syntax/ast.ts'
import { readStd } from '../../scripts/stdReference.ts'
import { entryOf, load, wordsOf, type Entry } from '../conformance/generatedModule.ts'
import { randomFrom } from './random.ts'
import { sampleProgramsOf, type SampleProgram, type Tensor } from './sampleProgram.ts'

const std = readStd(fileURLToPath(new URL('../../std', import.meta.url)))
/** Gradients are those of training, where dropout drops. */
const inTraining = { training: true }
const functions = std.flatMap(({ name, definitions }) =>
  definitions
    .filter((definition): definition is Fn => definition.kind === 'fn')
    .map((fn) => ({ file: name, fn, name: `${fn.name.text} (${name})` })),
)

describe.each(functions)('$name', ({ fn }) => {
  const programs = sampleProgramsOf(fn, randomFrom(7))
  it.each(programs)('has the slopes of its values $variant', async (program) => {
    const { code, diagnostics } = compile(program.source, { precision: 'f64' })
    expect(code, `${program.source}\n${wordsOf(diagnostics)}`).toBeDefined()
    const module = await load(code ?? '')
    const value = entryOf(module, 'value')
    if (program.wrt.length === 0) {
      // Draws and counts have nothing to differentiate.
      expect(value(program.inputs, inTraining)).toSatisfy(Number.isFinite)
      return
    }
    expect(mistakes(value, program), program.source).toEqual([])
    expect(mistakes(entryOf(module, 'slope'), program), program.source).toEqual([])
  })
})

it('covers every function', () => {
  expect(functions.length).toBeGreaterThan(70)
})

/** Each element of each gradient that finite differences of the value contradict. */
function mistakes(entry: Entry, { inputs, wrt }: SampleProgram): string[] {
  const { grad, value } = entry.valueAndGrad(inputs)
  expect(value).toBeTypeOf('number')
  return wrt.flatMap((name) => {
    const tensor = inputs[name]
    const got = grad[name]
    if (tensor === undefined || got === undefined) return [`no gradient of ${name}`]
    return tensor.data.flatMap((_, i) => {
      const want = slopeAt(entry, inputs, name, tensor, i)
      const near = Math.abs((got[i] ?? NaN) - want) <= 1e-6 + 1e-6 * Math.abs(want)
      return near ? [] : [`${name}[${i}]: ${got[i]}, differences say ${want}`]
    })
  })
}

/** Fourth-order central differences. */
function slopeAt(
  entry: Entry,
  inputs: SampleProgram['inputs'],
  name: string,
  tensor: Tensor,
  i: number,
): number {
  const h = 1e-3
  const at = (step: number) => {
    const data = tensor.data.map((x, j) => (j === i ? x + step : x))
    return entry.value({ ...inputs, [name]: { ...tensor, data } }, inTraining) as number
  }
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)
}
