// A module's entries: what each call returns, and the functions that users import.
import type { AxisName } from '../../compiler/graph/node.ts'
import { axisText } from '../../compiler/graph/sizeText.ts'
import type {
  Computation,
  Entry,
  FunctionEntry,
  LossEntry,
  MetricEntry,
  ModuleInput,
  ModulePlan,
  Modes,
  OutputEntry,
} from '../../compiler/lower/entry.ts'
import { sizeOverRecord } from './axes.ts'
import { documentation } from './comments.ts'
import { writeComputation, type Call } from './computation.ts'
import { literal, member, propertyKey } from './literal.ts'
import type { ModuleScope } from './moduleScope.ts'
import type { Programs } from './signature.ts'

export interface EntryText {
  /** The user's name, exported. */
  readonly name: string
  /** The module's own name for it. */
  readonly internal: string
  readonly text: string
  readonly parts: readonly string[]
}

interface Context {
  readonly plan: ModulePlan
  readonly programs: Programs
  readonly module: ModuleScope
  readonly hasModel: boolean
  /** The module's name for the file's table of inputs. */
  readonly table: string
  readonly tableOf: (entry: FunctionEntry) => string
}

export function writeEntry(entry: Entry, context: Context): EntryText {
  const internal = context.module.names.take(`${entry.kind}_${entry.name}`)
  const written = { name: entry.name, internal }
  const documented = documentation(entry.documentation)
  switch (entry.kind) {
    case 'loss':
      return { ...written, ...lossText(entry, internal, documented, context) }
    case 'metric':
    case 'output':
      return { ...written, ...valueText(entry, internal, documented, context) }
    case 'function':
      return { ...written, ...functionText(entry, internal, documented, context) }
    default:
      return entry satisfies never
  }
}

type Text = Pick<EntryText, 'text' | 'parts'>

function lossText(entry: LossEntry, internal: string, documented: string, context: Context): Text {
  const { plan, module } = context
  const { tensors } = module
  const common = callOf(entry, context)
  const value = writeModes(entry.value, context, {
    ...common,
    words: `${entry.name}.value`,
    valueType: 'number',
  })
  const valueAndGrad = writeModes(entry.valueAndGrad, context, {
    ...common,
    words: `${entry.name}.valueAndGrad`,
    allowed: [...common.allowed, 'reuse'],
    valueType: 'number',
    read: (keys) => {
      const grad = entry.wrt.map((name) => {
        const numbers = `t.${keyIn(keys, `gradient ${name}`)}`
        const place = tensors.findIndex(({ kind, path }) => kind === 'parameter' && path === name)
        return tensors[place]?.copies === undefined
          ? `${propertyKey(name)}: ${numbers}`
          : `...split(TENSORS[${place}], ${numbers})`
      })
      return `({ value: t.${keyIn(keys, 'value')}[0], grad: { ${grad.join(', ')} } })`
    },
  })
  const run = (modes: WrittenModes, usual: boolean): string => runText(modes, usual, context)
  const lines = [`value: ${run(value, false)},`, `valueAndGrad: ${run(valueAndGrad, true)},`]
  const texts = [...value.texts, ...valueAndGrad.texts]
  if (entry.step !== undefined) {
    const step = writeOne(entry.step, context, {
      ...common,
      words: `${entry.name}.step`,
      allowed: [...entry.step.options.map((option) => option.name), 'axes'],
      valueType: 'number',
      counts: entry.name,
    })
    texts.push(step.text)
    if (context.module.device !== null) {
      lines.push(
        `step: (model, inputs, options) => device.step(${step.name}, model, inputs, options),`,
      )
    } else
      lines.push(
        'step(model, inputs, options) {',
        `  const value = callWith(${step.name}, model, inputs, options)`,
        '  model.step++',
        `  ${member('model.steps', entry.name)}++`,
        '  return value',
        '},',
      )
  }
  lines.push(`input: ${inputText(entry, plan.inputs, context.table)},`)
  const body = lines.map((line) => `  ${line}\n`).join('')
  const text = `${texts.join('\n\n')}\n\n${documented}const ${internal} = {\n${body}}`
  return { text, parts: ['call', 'inputView', ...partsOfModes(value, valueAndGrad)] }
}

function valueText(
  entry: MetricEntry | OutputEntry,
  internal: string,
  documented: string,
  context: Context,
): Text {
  const value = writeModes(entry.value, context, {
    ...callOf(entry, context),
    words: entry.name,
    valueType: entry.kind === 'metric' ? 'number' : entry.dataType,
    read: (keys) => {
      const key = keyIn(keys, 'value')
      return entry.kind === 'metric' ? `t.${key}[0]` : tensorText(key, entry.axes, context)
    },
  })
  const run = runText(value, false, context)
  const input = inputText(entry, context.plan.inputs, context.table)
  const text = `${documented}const ${internal} = /* @__PURE__ */ Object.assign(${run}, {\n  input: ${input},\n})`
  return {
    text: `${value.texts.join('\n\n')}\n\n${text}`,
    parts: ['call', 'inputView', ...partsOfModes(value)],
  }
}

function functionText(
  entry: FunctionEntry,
  internal: string,
  documented: string,
  context: Context,
): Text {
  const isNumber = entry.axes.length === 0
  const value = writeModes(entry.value, context, {
    ...callOf(entry, context),
    words: entry.name,
    allowed: ['training', 'axes', 'seed'],
    table: context.tableOf(entry),
    inputs: entry.ownInputs,
    valueType: isNumber ? 'number' : entry.dataType,
    read: (keys) => {
      const key = keyIn(keys, 'value')
      return isNumber ? `t.${key}[0]` : tensorText(key, entry.axes, context)
    },
  })
  const text = `${documented}const ${internal} = ${runText(value, false, context, false)}`
  return { text: `${value.texts.join('\n\n')}\n\n${text}`, parts: ['call', ...partsOfModes(value)] }
}

function callOf(
  entry: Entry,
  { plan, hasModel, table }: Context,
): Pick<Call, 'allowed' | 'inputs' | 'table'> {
  // A model brings its own seed.
  const allowed = ['training', 'axes', ...(hasModel ? [] : ['seed'])]
  return { allowed, inputs: plan.inputs, table }
}

interface WrittenModes {
  readonly texts: string[]
  readonly training: string
  readonly evaluation: string
}

function writeModes(modes: Modes, context: Context, call: Call): WrittenModes {
  const evaluation = writeOne(modes.evaluation, context, call)
  if (modes.training === modes.evaluation) {
    return { texts: [evaluation.text], training: evaluation.name, evaluation: evaluation.name }
  }
  const training = writeOne(modes.training, context, call)
  return {
    texts: [evaluation.text, training.text],
    training: training.name,
    evaluation: evaluation.name,
  }
}

function writeOne(
  computation: Computation,
  { programs, module }: Context,
  call: Call,
): { readonly name: string; readonly text: string } {
  const program = programs.get(computation)
  if (program === undefined) throw new Error(`${computation.name} has no kernels`)
  // The kernels' own computation is rewritten; checks speak of what the user wrote.
  return writeComputation({ ...program, computation }, call, module)
}

function partsOfModes(...modes: readonly WrittenModes[]): string[] {
  return modes.some(({ training, evaluation }) => training !== evaluation) ? ['inMode'] : []
}

function runText(
  modes: WrittenModes,
  usual: boolean,
  context: Context,
  hasModel = context.hasModel,
): string {
  const chosen =
    modes.training === modes.evaluation
      ? modes.evaluation
      : `inMode(options, ${usual}, ${modes.training}, ${modes.evaluation})`
  if (context.module.device !== null) {
    return hasModel
      ? `(model, inputs, options) => device.call(${chosen}, model, inputs, options)`
      : `(inputs, options) => device.callAlone(${chosen}, inputs, options)`
  }
  return hasModel
    ? `(model, inputs, options) => callWith(${chosen}, model, inputs, options)`
    : `(inputs, options) => call(${chosen}, undefined, inputs, options)`
}

function inputText(entry: Entry, inputs: readonly ModuleInput[], table: string): string {
  const places = inputs.flatMap((input, k) => (entry.inputs.includes(input.name) ? [k] : []))
  const own =
    places.length === inputs.length ? table : `[${places.map((k) => `${table}[${k}]`).join(', ')}]`
  return `(name, shape) => inputView(${own}, name, shape)`
}

function tensorText(key: string, axes: readonly AxisName[], { module }: Context): string {
  const shape = axes.map((axis) => sizeOverRecord(module.axes.sizeOf(axis)).text).join(', ')
  return `({ data: t.${key}, shape: [${shape}], axes: ${literal(axes.map(axisText))} })`
}

function keyIn(keys: ReadonlyMap<string, string>, result: string): string {
  const key = keys.get(result)
  if (key === undefined) throw new Error(`nothing computes the ${result}`)
  return key
}
