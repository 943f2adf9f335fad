// One computation: its kernels as functions, and the object that tells the runtime what it takes and how to run it.
import type { AxisName, DataType } from '../../compiler/graph/node.ts'
import { axesOfSize, axisSize, type Size } from '../../compiler/graph/size.ts'
import type { Buffer, KernelProgram } from '../../compiler/kernels/program.ts'
import type { ModuleInput } from '../../compiler/lower/entry.ts'
import { sizeFunction } from './axes.ts'
import { bindFunction } from './bind.ts'
import { isOfCall, lengthOf, typeOf } from './buffers.ts'
import { writeKernels, type KernelFunction } from './kernel.ts'
import { Code, literal, type Literal } from './literal.ts'
import type { ModuleScope, NamedTensor } from './moduleScope.ts'
import { createScope } from './names.ts'

/** What an entry wants of a computation. */
export interface Call {
  /** How messages call it: `train.step`. */
  readonly words: string
  /** Names of the options that a call may have. */
  readonly allowed: readonly string[]
  /** The inputs that it may name: the file's, or a function's own. */
  readonly inputs: readonly ModuleInput[]
  /** The module's name for their table. */
  readonly table: string
  /** The value is a number, or an array of such elements. */
  readonly valueType: 'number' | DataType
  /** What the call returns, from the results' keys; `s` holds the sizes. */
  readonly read?: (keys: ReadonlyMap<string, string>) => string
  /** `init`: its results are a new model's tensors. */
  readonly makes?: boolean
  /** A step: the loss whose steps the model counts. It writes to the model's tensors. */
  readonly counts?: string
}

/** What else lies in `t`. */
export const keysOfCall = ['seed', 'step', 'count']

export interface ComputationText {
  readonly name: string
  readonly text: string
}

export function writeComputation(
  program: KernelProgram,
  call: Call,
  module: ModuleScope,
): ComputationText {
  const { computation, kernels } = program
  const name = module.names.take(computation.name)
  const functions = writeKernels(kernels, name, module)
  const keys = createScope([...keysOfCall, ...module.tensors.map(({ key }) => key)])
  const keyOf = new Map<Buffer, string>()
  for (const buffer of program.buffers) {
    if (!isOfCall(buffer)) continue
    const tensor = tensorOf(buffer, module)
    if (tensor !== null && buffer.place.kind === 'result' && call.makes !== true) {
      throw new Error('a step updates its tensors in place')
    }
    keyOf.set(buffer, tensor?.key ?? keys.take(buffer.name))
  }
  const object: Literal = {
    entry: call.words,
    allowed: call.allowed,
    inputs: new Code(call.table),
    atoms: atomsOf(program, functions, call, module),
    slots: slotsOf(program, call, keyOf),
    tensors: placesOfTensors(program, call, module),
    ...resultsOf(call, keyOf),
    options: Object.fromEntries(computation.options.map((each) => [`$${each.name}`, each.default])),
    ...(call.counts === undefined ? {} : { counts: call.counts }),
    ...(call.read === undefined
      ? {}
      : { read: new Code(`(t, s) => ${call.read(resultKeys(keyOf))}`) }),
    bind: new Code(bindFunction(program, functions, module, keyOf)),
    ...(module.device === null || call.makes === true
      ? {}
      : {
          device: module.device.describe(computation, call.words, resultKeys(keyOf), module.axes),
        }),
  }
  const own = functions.flatMap(({ text }) => (text === null ? [] : [`${text}\n\n`])).join('')
  return { name, text: `${own}const ${name} = /* @__PURE__ */ computation(${literal(object)})` }
}

/** Free axes that must be settled before anything runs. */
function atomsOf(
  program: KernelProgram,
  functions: readonly KernelFunction[],
  call: Call,
  module: ModuleScope,
): AxisName[] {
  const { axes } = module
  const { computation, buffers } = program
  const sizes: Size[] = buffers.flatMap((buffer) => buffer.extents)
  for (const { arguments: given } of functions) {
    for (const each of given) if (each.kind === 'axis') sizes.push(axisSize(each.axis))
  }
  for (const input of inputsOf(program, call))
    sizes.push(...input.axes.map((axis) => axes.sizeOf(axis)))
  for (const tensor of call.makes === true ? module.tensors : [])
    sizes.push(...tensor.axes.map((axis) => axes.sizeOf(axis)))
  for (const result of computation.results)
    sizes.push(...result.layout.map((axis) => axes.sizeOf(axis)))
  return [...new Set(sizes.flatMap((size) => axesOfSize(axes.resolve(size))))]
}

function inputsOf(program: KernelProgram, call: Call): ModuleInput[] {
  const loaded = program.buffers.flatMap(({ place }) =>
    place.kind === 'input' ? [place.name] : [],
  )
  const names = new Set([...program.computation.inputs, ...loaded])
  return call.inputs.filter((input) => names.has(input.name))
}

/** Where each input lies in `t`, and its place in the table. */
function slotsOf(program: KernelProgram, call: Call, keyOf: ReadonlyMap<Buffer, string>): Literal {
  const rows = inputsOf(program, call).map((input) => {
    const buffer = program.buffers.find(
      ({ place }) => place.kind === 'input' && place.name === input.name,
    )
    // What simplification did away with is still asked for and checked.
    const key = (buffer && keyOf.get(buffer)) ?? `unread_${input.name}`
    return [key, call.inputs.indexOf(input)]
  })
  return Object.fromEntries(rows)
}

/** The model's tensors that a call takes, or all of them, which `init` makes: in the order of their table. */
function placesOfTensors(program: KernelProgram, call: Call, module: ModuleScope): number[] {
  const taken = new Set(program.buffers.flatMap((buffer) => tensorOf(buffer, module) ?? []))
  return module.tensors.flatMap((tensor, k) =>
    call.makes === true || taken.has(tensor) ? [k] : [],
  )
}

function tensorOf({ place }: Buffer, module: ModuleScope): NamedTensor | null {
  const target = place.kind === 'result' ? place.target : place
  return 'path' in target ? module.tensorOf(target.kind, target.path) : null
}

/** `numbers` stay in one double for all calls; `results` are handed out, each of a length. */
function resultsOf(
  call: Call,
  keyOf: ReadonlyMap<Buffer, string>,
): { readonly [key: string]: Literal } {
  if (call.makes === true) return {}
  const handed = [...keyOf].flatMap(([buffer, key]) => {
    const { place } = buffer
    if (place.kind !== 'result' || 'path' in place.target) return []
    if (place.target.kind === 'value' && call.valueType === 'number') return []
    return [[key, sizeFunction(lengthOf(buffer))]]
  })
  const value = resultKeys(keyOf).get('value')
  const isNumber = value !== undefined && call.valueType === 'number'
  return {
    ...(isNumber ? { numbers: [value] } : {}),
    results: Object.fromEntries(handed),
    ...(call.valueType === 'int' || call.valueType === 'bool'
      ? { type: typeOf(call.valueType) }
      : {}),
  }
}

/** From what a result is (`value`, or a gradient's name after a space) to where it lies in `t`. */
function resultKeys(keyOf: ReadonlyMap<Buffer, string>): ReadonlyMap<string, string> {
  const keys = new Map<string, string>()
  for (const [{ place }, key] of keyOf) {
    if (place.kind !== 'result') continue
    const { target } = place
    if (target.kind === 'value') keys.set('value', key)
    if (target.kind === 'gradient') keys.set(`gradient ${target.name}`, key)
  }
  return keys
}
