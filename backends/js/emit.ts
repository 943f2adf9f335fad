// A module plan and its kernels as an ES module: what users import first, the runtime that it needs last.
import type {
  Computation,
  FunctionEntry,
  InputKind,
  ModuleInput,
  ModulePlan,
  ModuleTensor,
} from '../../compiler/lower/entry.ts'
import { ownAxes } from '../../compiler/lower/entry.ts'
import type { KernelProgram } from '../../compiler/kernels/program.ts'
import { axisTable, createAxes, sizeOverRecord, type Axes } from './axes.ts'
import { axesOfSize } from '../../compiler/graph/size.ts'
import { typeOf } from './buffers.ts'
import { commentLine, documentation } from './comments.ts'
import { counted } from './copies.ts'
import { keysOfCall, writeComputation } from './computation.ts'
import { defaultFunction } from './defaults.ts'
import { writeEntry } from './entries.ts'
import { Code, literal, type Literal } from './literal.ts'
import type { Device, ModuleScope, NamedTensor } from './moduleScope.ts'
import { createScope } from './names.ts'
import { createOperations, type Operations } from './operations.ts'
import { minified } from './runtime/minified.ts'
import { reachedParts, runtimeNames } from './runtime/parts.ts'
import { createSignature, signatureText, type Signature } from './signature.ts'
import { writeTypes } from './types.ts'

export interface EmitOptions {
  readonly precision: 'f32' | 'f64'
  /** How the module's first line names what it was made from. */
  readonly sourcePath?: string
  /** The bytes of a safetensors file, from which `init` starts unless it is given others. */
  readonly weights?: Uint8Array
  /** Absent: the module's own loops run everything, and its calls return at once. */
  readonly device?: Device
}
export interface Emitted {
  readonly code: string
  readonly types: string
  readonly signature: Signature
}

export function emitJs(
  plan: ModulePlan,
  programs: ReadonlyMap<Computation, KernelProgram>,
  options: EmitOptions,
): Emitted {
  const { precision, device } = options
  const backend = device?.name ?? 'js'
  const signature = createSignature(plan, programs, precision, backend)
  const code = writeModule(plan, programs, options, signature)
  return { code, types: writeTypes(plan, precision, backend), signature }
}

function writeModule(
  plan: ModulePlan,
  programs: ReadonlyMap<Computation, KernelProgram>,
  { precision, sourcePath, weights, device: given }: EmitOptions,
  signature: Signature,
): string {
  const device = given ?? null
  const names = createScope([...runtimeNames(), ...tableNames])
  const operations = createOperations()
  const axes = createAxes(plan)
  const tensors = tensorsOf(plan)
  const byPath = new Map(tensors.map((tensor) => [`${tensor.kind} ${tensor.path}`, tensor]))
  const module: ModuleScope = {
    precision,
    names,
    operations,
    axes,
    constants: new Map(),
    kernels: new Map(),
    tensors,
    tensorOf(kind, path) {
      const tensor = byPath.get(`${kind} ${path}`)
      if (tensor === undefined) throw new Error(`no ${kind} ${path} in the table of tensors`)
      return tensor
    },
    device,
  }
  const hasModel = plan.parameters.length + plan.states.length > 0
  const hasCopies = plan.copyAxes.length > 0

  const tables = [inputTable('INPUTS', plan.inputs, axes, operations)]
  const tableOf = (entry: FunctionEntry): string => {
    const name = names.take(`${entry.name}_INPUTS`)
    tables.push(inputTable(name, entry.ownInputs, axes, operations))
    return name
  }
  const context = { plan, programs, module, hasModel, table: 'INPUTS', tableOf }
  const entries = plan.entries.map((entry) => writeEntry(entry, context))
  const init = writeInit(plan, programs, module, weights !== undefined)

  const parts = reachedParts([
    'ShapeError',
    'computation',
    ...(hasModel ? ['callWith'] : []),
    ...(device === null ? [] : ['call']),
    ...(init === null ? [] : ['initialize']),
    ...(hasCopies ? ['spellOut', 'split', ...(device === null ? ['stackOf'] : [])] : []),
    ...(init === null || weights === undefined ? [] : ['builtInWeights', 'checkOptions']),
    ...entries.flatMap((entry) => entry.parts),
    ...operations.parts,
    ...checkParts(allInputs(plan)),
  ])
  const exported = [
    'ShapeError',
    ...(init === null ? [] : ['init']),
    ...entries.map(({ name, internal }) => `${internal} as ${name}`),
    'signature',
  ]
  const blocks = [
    header(plan, signature, sourcePath),
    ...(device === null ? [] : device.opening),
    `const signature = ${signatureText(signature, plan)}`,
    `const Real = ${precision === 'f32' ? 'Float32Array' : 'Float64Array'}`,
    `const AXES = ${literal(axisTable(axes, plan))}`,
    `const CONDITIONS = ${literal(conditionTable(plan, axes))}`,
    ...tables,
    `const TENSORS = ${literal(tensorTable(plan, module))}`,
    ...[...module.constants].map(([text, name]) => `const ${name} = /* @__PURE__ */ ${text}`),
    ...operations.functions(),
    ...(device === null ? [] : [deviceText(device, hasModel, hasCopies, operations)]),
    ...(init === null ? [] : [init]),
    ...entries.map(({ text }) => text),
    `export { ${exported.join(', ')} }`,
    '// The runtime, made small.',
  ]
  const runtime = parts.map(({ name }) => `${minified[name]}\n`).join('')
  const builtIn =
    init === null || weights === undefined ? '' : `const WEIGHTS = '${base64(weights)}'\n`
  return `${blocks.join('\n\n')}\n${runtime}${builtIn}`
}

/** Names that the module's own lines set or take as parameters. */
const tableNames =
  'AXES CONDITIONS INPUTS TENSORS WEIGHTS Real init signature model inputs options name shape value t s device gpujs createDevice'.split(
    ' ',
  )

/** The device calls back for what it leaves to the module: the checks of a call, loops that it can't run, and draws. */
function deviceText(
  { create }: Device,
  hasModel: boolean,
  hasCopies: boolean,
  { parts }: Operations,
): string {
  const calls = ['call', ...(hasModel ? ['callWith'] : [])]
  if (hasCopies) calls.push('stacks: TENSORS.filter((tensor) => tensor.split)')
  if (parts.has('$uniform')) calls.push('uniform: $uniform')
  return `const device = /* @__PURE__ */ ${create}(gpujs, { ${calls.join(', ')} })`
}

function header(
  plan: ModulePlan,
  { backend, precision }: Signature,
  sourcePath: string | undefined,
): string {
  const from = sourcePath === undefined ? '' : ` from ${sourcePath.split(/[\\/]/).at(-1)}`
  const line = commentLine(`Generated by lossdsl${from} (${backend}, ${precision}).`)
  return `${line}\n${documentation(plan.documentation)}`.trimEnd()
}

function allInputs(plan: ModulePlan): ModuleInput[] {
  const own = plan.entries.flatMap((entry) => (entry.kind === 'function' ? entry.ownInputs : []))
  return [...plan.inputs, ...own]
}

/** Parts of the runtime that check what a kind promises. */
const checks: Readonly<Partial<Record<InputKind, string>>> = {
  class: 'checkClass',
  bool: 'checkTruth',
  prob: 'checkProb',
  logprob: 'checkLogprob',
}

function checkParts(inputs: readonly ModuleInput[]): string[] {
  return inputs.flatMap(({ kind, kindAxis }) => [
    ...(checks[kind] === undefined ? [] : [checks[kind]]),
    ...(kindAxis !== undefined && kind !== 'class' ? ['checkSums'] : []),
  ])
}

function inputTable(
  name: string,
  inputs: readonly ModuleInput[],
  axes: Axes,
  operations: Operations,
): string {
  const rows = inputs.map((input): Literal => {
    const { kind, kindAxis, missing } = input
    const check = checks[kind]
    return {
      name: input.name,
      type: typeOf(input.dataType),
      axes: input.axes.map((axis) => axes.indexOf(axis)),
      ...(check === undefined ? {} : { check: new Code(check) }),
      ...(kindAxis === undefined ? {} : { over: axes.indexOf(kindAxis) }),
      ...(missing === undefined ? {} : { missing }),
      ...(input.default === undefined
        ? {}
        : { fallback: defaultFunction(input, axes, operations) }),
    }
  })
  return `const ${name} = ${literal(rows)}`
}

function conditionTable(plan: ModulePlan, axes: Axes): Literal {
  return plan.conditions.map(({ relation, left, right, message }) => {
    const sides = [axes.resolve(left), axes.resolve(right)] as const
    const [l, r] = sides.map((side) => sizeOverRecord(side).text)
    return {
      atoms: [...new Set(sides.flatMap(axesOfSize))],
      holds: new Code(`(s) => ${l} ${relation === '==' ? '===' : '>='} ${r}`),
      message,
    }
  })
}

function tensorsOf(plan: ModulePlan): NamedTensor[] {
  const keys = createScope(keysOfCall)
  const rows = (kind: NamedTensor['kind'], tensors: readonly ModuleTensor[]): NamedTensor[] =>
    tensors.map((tensor) => ({ ...tensor, kind, key: keys.take(tensor.path) }))
  return [
    ...rows('parameter', plan.parameters),
    ...rows('state', plan.states),
    ...rows('slot', plan.slots),
  ]
}

/**
 * What the runtime does with tensors of copies; modules without such go without. On a device they lie whole, else the
 * model's records have their parts.
 */
const hooks = { split: new Code('split'), spell: new Code('spellOut') }

const records = { parameter: 'params', state: 'state', slot: 'optimizer' } as const

function tensorTable(plan: ModulePlan, { tensors, axes, device }: ModuleScope): Literal {
  return tensors.map((tensor) => {
    const { kind, path, key, dataType, copies } = tensor
    const row = {
      record: records[kind],
      path,
      key,
      axes: ownAxes(tensor).map((axis) => axes.indexOf(axis)),
      type: typeOf(dataType),
    }
    if (copies === undefined) return row
    const take = device === null ? { take: new Code('stackOf') } : {}
    return { ...counted(row, tensor, plan), ...hooks, ...take }
  })
}

function writeInit(
  plan: ModulePlan,
  programs: ReadonlyMap<Computation, KernelProgram>,
  module: ModuleScope,
  hasWeights: boolean,
): string | null {
  if (plan.init === undefined) return null
  const program = programs.get(plan.init)
  if (program === undefined) throw new Error('init has no kernels')
  const { name, text } = writeComputation(
    { ...program, computation: plan.init },
    {
      words: 'init',
      // The device takes the last two for itself.
      allowed: ['seed', 'axes', 'weights', ...(module.device === null ? [] : ['mode', 'verify'])],
      inputs: plan.inputs,
      table: 'INPUTS',
      valueType: 'real',
      makes: true,
    },
    module,
  )
  const losses = plan.entries.filter((entry) => entry.kind === 'loss' && entry.step !== undefined)
  const steps = literal(Object.fromEntries(losses.map((entry) => [entry.name, 0])))
  if (module.device !== null) {
    const weights = hasWeights ? ', builtInWeights' : ''
    const open = `(given) => initialize(${name}, given, ${steps})`
    return `${text}\n\nfunction init(options) {\n  return device.init(${open}, options${weights})\n}`
  }
  const call = hasWeights
    ? `  checkOptions(${name}, options)
  const weights = options?.weights ?? builtInWeights()
  return initialize(${name}, { ...options, weights }, ${steps})`
    : `  return initialize(${name}, options, ${steps})`
  return `${text}\n\nfunction init(options) {\n${call}\n}`
}

/** In pieces: a call can't take a large file's bytes as arguments. */
function base64(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += 8192) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  }
  return btoa(pieces.join(''))
}
