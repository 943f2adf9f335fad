// What is known while one kernel is written: its names, its arguments, and where each variable and local stands.
import { constantOf, type Size } from '../../compiler/graph/size.ts'
import type { Buffer, Expression, StepLoop } from '../../compiler/kernels/program.ts'
import { sizeOverRecord, type Axes } from '../js/axes.ts'
import { createScope } from '../js/names.ts'
import type { Lines } from './core.ts'
import { atom, decimal, type Text } from './text.ts'

/** One number that a kernel is given besides its arrays: of the call, or one that no text can say. */
export type Given =
  | { readonly kind: 'option'; readonly name: string }
  | { readonly kind: 'number'; readonly value: number }
  /** Which step is running. */
  | { readonly kind: 'step'; readonly loop: StepLoop }

export interface KernelScope extends Lines {
  readonly variables: Map<string, Text>
  readonly variable: (name: string) => Text
  /** Of a buffer that steps fill, what belongs to the steps that are running: the array that the kernel gets. */
  readonly withinStep: (element: Element) => Element
  readonly locals: Map<string, Text>
  /** Of argmax and argmin: the local that holds the best value so far. */
  readonly best: Map<string, string>
  readonly buffer: (buffer: Buffer) => string
  readonly option: (name: string) => Text
  /** As a float, filled in when sizes are bound. */
  readonly size: (size: Size) => Text
  /** One over a size that is not 0, likewise. */
  readonly inverse: (size: Size) => Text
  /** One text or the other, as a size is more than `most` or not. */
  readonly whereMore: (size: Size, most: number, yes: string, no: string) => string
  /** As a loop's bound has to be. */
  readonly bound: (size: Size) => string
  /** Lines that are added while `write` runs go inside. */
  readonly block: (head: string, write: () => void) => void
  readonly finish: () => {
    readonly lines: readonly string[]
    readonly reads: readonly { readonly buffer: Buffer; readonly name: string }[]
    readonly given: readonly { readonly given: Given; readonly name: string }[]
  }
}

interface Element {
  readonly buffer: Buffer
  readonly indices: readonly Expression[]
}

/** Two underscores in a row are no name in GLSL. */
const clean = (wanted: string): string => wanted.replace(/_+/g, '_').replace(/^_|_$/g, '') || 'v'

/** `stepVariables` of the `steps` that the kernel belongs to. */
export function createKernelScope(
  axes: Axes,
  stepVariables: readonly string[],
  steps: readonly StepLoop[] = [],
): KernelScope {
  const names = createScope(['at'])
  const name = (wanted: string): string => clean(names.take(clean(wanted)))
  const lines: string[] = []
  let indent = '  '
  const buffers = new Map<Buffer, string>()
  const given = new Map<string, { given: Given; name: string }>()
  const take = (key: string, wanted: string, what: Given): Text => {
    const known = given.get(key) ?? { given: what, name: name(wanted) }
    given.set(key, known)
    return atom(known.name)
  }
  const variables = new Map<string, Text>()
  const recordText = (size: Size): string => sizeOverRecord(axes.resolve(size)).text
  return {
    variables,
    variable(wanted) {
      const known = variables.get(wanted)
      if (known !== undefined) return known
      const loop = steps[stepVariables.indexOf(wanted)]
      if (loop === undefined) throw new Error(`${wanted} is used where it is not set`)
      const text = take(`step ${wanted}`, wanted, { kind: 'step', loop })
      variables.set(wanted, text)
      return text
    },
    withinStep({ buffer, indices }) {
      const open = (buffer.steps ?? []).filter((loop) => steps.includes(loop))
      for (const [k, loop] of open.entries()) {
        const index = indices[k]
        const own = stepVariables[steps.indexOf(loop)]
        if (index?.kind !== 'variable' || index.name !== own)
          throw new Error(`a step looks at another step of ${buffer.name}`)
      }
      if (open.length === 0) return { buffer, indices }
      const axisNames = buffer.axes.slice(open.length)
      const extents = buffer.extents.slice(open.length)
      const part = { ...buffer, axes: axisNames, extents }
      return { buffer: part, indices: indices.slice(open.length) }
    },
    locals: new Map(),
    best: new Map(),
    name,
    add: (line) => lines.push(indent + line),
    constant(value) {
      if (Number.isNaN(value)) {
        const infinity = take('Infinity', 'infinity', { kind: 'number', value: Infinity }).text
        return { text: `${infinity} - ${infinity}`, type: 'number', isAtom: false }
      }
      const text = decimal(value)
      if (text !== null) return atom(text)
      const magnitude = Math.abs(value)
      const wanted = magnitude === Infinity ? 'infinity' : magnitude === 0 ? 'zero' : 'number'
      const positive = take(String(magnitude), wanted, { kind: 'number', value: magnitude })
      return value < 0 || Object.is(value, -0) ? atom(`(-${positive.text})`) : positive
    },
    buffer(buffer) {
      const known = buffers.get(buffer) ?? name(buffer.name)
      buffers.set(buffer, known)
      return known
    },
    option: (option) => take(`option ${option}`, option, { kind: 'option', name: option }),
    size(size) {
      const resolved = axes.resolve(size)
      const constant = constantOf(resolved)
      return atom(constant === null ? `(\${${recordText(size)}}.0)` : (decimal(constant) ?? ''))
    },
    // With a point, and of the longest array all digits that f32 has.
    inverse: (size) => atom(`(\${(1 / (${recordText(size)})).toFixed(20)})`),
    whereMore(size, most, yes, no) {
      const constant = constantOf(axes.resolve(size))
      if (constant !== null) return constant > most ? yes : no
      return `\${${recordText(size)} > ${most} ? '${yes}' : '${no}'}`
    },
    bound: (size) => `\${${recordText(size)}}`,
    block(head, write) {
      lines.push(`${indent}${head} {`)
      indent += '  '
      write()
      indent = indent.slice(2)
      lines.push(`${indent}}`)
    },
    finish: () => ({
      lines,
      reads: [...buffers].map(([buffer, called]) => ({ buffer, name: called })),
      given: [...given.values()],
    }),
  }
}
