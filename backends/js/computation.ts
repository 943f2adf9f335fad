// One computation: its kernels as functions, and the object that tells the runtime what it takes and how to run it.
import type { AxisName } from '../../compiler/graph/node.ts'
import { axesOfSize, axisSize, type Size } from '../../compiler/graph/size.ts'
import type { Buffer, KernelProgram } from '../../compiler/kernels/program.ts'
import type { ModuleInput } from '../../compiler/lower/entry.ts'
import { sizeFunction, type Axes } from './axes.ts'
import { bindFunction } from './bind.ts'
import { isOfCall, lengthOf, typeOf } from './buffers.ts'
import { writeKernel, type KernelFunction } from './kernel.ts'
import { Code, literal, type Literal } from './literal.ts'
import type { ModuleScope } from './moduleScope.ts'
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
  /** Scalar results are kept in a double, not in memory of their own. */
  readonly isNumber: boolean
  /** What the call returns, from the results' keys; `s` holds the sizes. */
  readonly read: (keys: ReadonlyMap<string, string>) => string
  /** A step: it writes to the model's tensors. */
  readonly changes?: boolean
  /** The loss whose steps the option `step` counts. */
  readonly counts?: string
}

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
  const functions = kernels.map((kernel, k) => {
    const own = kernels.length === 1 ? `${name}_kernel` : `${name}_${k + 1}`
    return writeKernel(kernel, module.names.take(own), module.operations)
  })
  const keys = createScope(['seed', 'step', 'count'])
  const keyOf = new Map<Buffer, string>()
  for (const buffer of program.buffers) {
    if (isOfCall(buffer)) keyOf.set(buffer, keys.take(buffer.name))
  }
  const optionKeys = new Map(
    computation.options.map((option) => [option.name, keys.take(option.name)]),
  )
  const t = [...keyOf.values(), ...optionKeys.values(), 'seed', 'step', 'count']
  const object: Literal = {
    entry: call.words,
    allowed: call.allowed,
    known: new Code(`${call.table}_NAMES`),
    atoms: atomsOf(program, functions, call, module.axes),
    t: Object.fromEntries(t.map((key) => [key, null])),
    slots: slotsOf(program, call, keyOf),
    tensors: tensorsOf(program, keyOf),
    options: [...optionKeys].map(([option, key]) => ({
      key,
      name: option,
      value: computation.options.find((one) => one.name === option)?.default ?? 0,
    })),
    results: resultsOf(program, call, keyOf),
    ...(call.changes === true ? { changes: true } : {}),
    ...(call.counts === undefined ? {} : { counts: call.counts }),
    read: new Code(`(t, s) => ${call.read(resultKeys(program, keyOf))}`),
    bind: new Code(bindFunction(program, functions, module, { keyOf, optionKeys })),
  }
  const kernelTexts = functions.map((each) => `${each.text}\n\n`).join('')
  return {
    name,
    text: `${kernelTexts}const ${name} = /* @__PURE__ */ computation(${literal(object)})`,
  }
}

/** Free axes that must be settled before anything runs. */
function atomsOf(
  program: KernelProgram,
  functions: readonly KernelFunction[],
  call: Call,
  axes: Axes,
): AxisName[] {
  const { computation, buffers } = program
  const sizes: Size[] = buffers.flatMap((buffer) => buffer.extents)
  for (const { arguments: given } of functions) {
    for (const each of given) if (each.kind === 'axis') sizes.push(axisSize(each.axis))
  }
  for (const input of inputsOf(program, call))
    sizes.push(...input.axes.map((axis) => axes.sizeOf(axis)))
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

function slotsOf(program: KernelProgram, call: Call, keyOf: ReadonlyMap<Buffer, string>): Literal {
  return inputsOf(program, call).map((input) => {
    const buffer = program.buffers.find(
      ({ place }) => place.kind === 'input' && place.name === input.name,
    )
    // What simplification did away with is still asked for and checked.
    const key = buffer === undefined ? 'unread' : keyOf.get(buffer)
    return { key, input: new Code(`${call.table}[${call.inputs.indexOf(input)}]`) }
  })
}

const records = { parameter: 'params', state: 'state', slot: 'optimizer' } as const

function tensorsOf(program: KernelProgram, keyOf: ReadonlyMap<Buffer, string>): Literal {
  if (program.computation.name === 'init') return []
  return program.buffers.flatMap((buffer) => {
    const { place, type } = buffer
    if (place.kind !== 'parameter' && place.kind !== 'state' && place.kind !== 'slot') return []
    const length = sizeFunction(lengthOf(buffer))
    return [
      {
        key: keyOf.get(buffer),
        record: records[place.kind],
        path: place.path,
        type: typeOf(type),
        length,
      },
    ]
  })
}

function resultsOf(
  program: KernelProgram,
  call: Call,
  keyOf: ReadonlyMap<Buffer, string>,
): Literal {
  const isInit = program.computation.name === 'init'
  return program.buffers.flatMap((buffer) => {
    const { place, type } = buffer
    const target = place.kind === 'result' ? place.target : isInit ? place : null
    if (target === null) return []
    const isNumber = call.isNumber && target.kind === 'value'
    const isTensor =
      target.kind === 'parameter' || target.kind === 'state' || target.kind === 'slot'
    return [
      {
        key: keyOf.get(buffer),
        type: isNumber ? new Code('Float64Array') : typeOf(type),
        length: sizeFunction(lengthOf(buffer)),
        ...(isTensor ? { record: records[target.kind], path: target.path } : {}),
        // Neither numbers nor what is copied into the model's tensors are handed out: one array serves every call.
        ...(isNumber || (isTensor && !isInit) ? { kept: true } : {}),
      },
    ]
  })
}

/** From what a result is (`value`, or a gradient's name after a space) to where it lies in `t`. */
function resultKeys(
  program: KernelProgram,
  keyOf: ReadonlyMap<Buffer, string>,
): ReadonlyMap<string, string> {
  const keys = new Map<string, string>()
  for (const [buffer, key] of keyOf) {
    if (buffer.place.kind !== 'result') continue
    const { target } = buffer.place
    if (target.kind === 'value') keys.set('value', key)
    if (target.kind === 'gradient') keys.set(`gradient ${target.name}`, key)
  }
  return keys
}
