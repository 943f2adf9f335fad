// A model as a safetensors file: parameters and states by their paths (so that other tools read them), optimizer slots
// under `optimizer.`, and in the metadata what resuming needs to go on as if nothing had happened.
import { checkCheckpoint, checkModule, checkSignature } from './calls.ts'
import {
  readRecords,
  writeRecords,
  type ModelRecord,
  type Records,
  type TrainingRecord,
} from './checkpointRecords.ts'
import { CheckpointError } from './fault.ts'
import { listOf, nearest, quote } from './nearest.ts'
import type { Preparation } from './prepare.ts'
import { readSafetensors, writeSafetensors, type SafeTensor } from './safetensors.ts'
import {
  isOnDevice,
  readModel,
  type AnyModel,
  type GeneratedModule,
  type Model,
  type Signature,
  type TensorRecord,
} from './signature.ts'
import { sameShape, showShape, type Tensor } from './tensor.ts'

export interface Checkpoint extends Records {
  readonly tensors: ReadonlyMap<string, SafeTensor>
}

export interface SaveOptions {
  readonly training?: TrainingRecord
  readonly preparation?: Preparation
}

export const slotPrefix = 'optimizer.'

/** The bytes of a checkpoint; of a model on a device, `await readModel(model)` is what to give. The model's sizes come from its module's signature. */
export function saveModel(
  signature: Signature,
  model: Model,
  options: SaveOptions = {},
): Uint8Array {
  checkSignature('saveModel', signature)
  const tensors: Record<string, Tensor<TensorRecord[string]>> = {}
  for (const [name, data] of tensorsOf(model)) {
    tensors[name] = { data, shape: shapeOf(signature, model, name) ?? [data.length] }
  }
  const record: ModelRecord = {
    seed: model.seed ?? options.training?.seed ?? 0,
    step: model.step,
    ...(model.steps === undefined ? {} : { steps: model.steps }),
    axes: model.axes,
  }
  const { training, preparation } = options
  return writeSafetensors(
    tensors,
    writeRecords({
      model: record,
      ...(training === undefined ? {} : { training }),
      ...(preparation === undefined ? {} : { preparation }),
    }),
  )
}

/** Reads a checkpoint's bytes. Other safetensors files (a state dict) are read too; they record nothing but tensors. */
export function readCheckpoint(bytes: Uint8Array, source = 'the checkpoint'): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes, source)
  return { tensors, ...readRecords(metadata, source) }
}

export interface LoadOptions {
  /** Sizes of free axes that the checkpoint does not tell. */
  readonly axes?: Readonly<Record<string, number>>
  /** `need` the optimizer's slots, as resuming does, or leave those `out`, as predicting may. Default `need`. */
  readonly optimizer?: 'need' | 'out'
  /** For messages. */
  readonly source?: string
}

/** A model of the module with the checkpoint's numbers. Every tensor must be there, none too many, each of its shape. */
export async function loadModel<M extends AnyModel = Model>(
  module: GeneratedModule<M>,
  checkpoint: Checkpoint,
  options: LoadOptions = {},
): Promise<M> {
  checkModule('loadModel', module)
  checkCheckpoint(checkpoint)
  const source = options.source ?? 'the checkpoint'
  if (module.init === undefined) {
    throw new CheckpointError(`The module has no parameters that ${source} could be loaded into.`)
  }
  const { signature } = module
  const axes = {
    ...axesFromTensors(signature, checkpoint),
    ...checkpoint.model.axes,
    ...options.axes,
  }
  const model = await module.init({
    seed: checkpoint.model.seed,
    axes: initAxes(signature, axes),
  })
  const needsSlots = options.optimizer !== 'out'
  const own = await readModel(model)
  const wanted = tensorsOf(own).filter(([name]) => needsSlots || !name.startsWith(slotPrefix))
  const names = [...checkpoint.tensors.keys()].filter(
    (name) => needsSlots || !name.startsWith(slotPrefix),
  )
  checkNames(
    wanted.map(([name]) => name),
    names,
    source,
    importing,
  )
  for (const [name, target] of wanted) {
    const tensor = checkpoint.tensors.get(name)
    if (tensor === undefined) continue
    const shape = shapeOf(signature, model, name)
    if (shape === null ? tensor.data.length !== target.length : !sameShape(tensor.shape, shape)) {
      throw new CheckpointError(
        `${source}: ${quote(name)} has the shape ${showShape(tensor.shape)}, and the model wants ${showShape(shape ?? [target.length])}.`,
      )
    }
    const isWhole = target instanceof Int32Array || target instanceof Uint8Array
    if (isWhole && /^B?F/.test(tensor.dtype)) {
      throw new CheckpointError(
        `${source}: ${quote(name)} is of type ${tensor.dtype}, and the model wants whole numbers.`,
      )
    }
    target.set(tensor.data)
  }
  if (isOnDevice(model)) await model.write(own)
  model.step = checkpoint.model.step
  if (model.steps !== undefined) Object.assign(model.steps, checkpoint.model.steps)
  return model
}

/** Of some sizes, those that `init` may be told: of axes that the module leaves free. */
export function initAxes(
  signature: Signature,
  sizes: Readonly<Record<string, number>>,
): Record<string, number> {
  const free = Object.entries(sizes).filter(([axis]) => {
    const known = signature.axes[axis]
    return known !== undefined && known.size === null && known.formula === undefined
  })
  return Object.fromEntries(free)
}

/** All tensors of a model under the names that a checkpoint gives them. */
function tensorsOf(model: Model): [string, TensorRecord[string]][] {
  return [
    ...Object.entries(model.params),
    ...Object.entries(model.state),
    ...Object.entries(model.optimizer).map(([path, data]): [string, TensorRecord[string]] => [
      slotPrefix + path,
      data,
    ]),
  ]
}

/** The shape that the signature gives a tensor of a model or a checkpoint; null where the model does not tell all sizes. */
export function shapeOf(signature: Signature, model: AnyModel, name: string): number[] | null {
  const isSlot = name.startsWith(slotPrefix)
  const path = isSlot ? name.slice(slotPrefix.length) : name
  const tensors = isSlot ? signature.slots : [...signature.parameters, ...signature.states]
  const tensor = tensors.find((one) => one.path === path)
  const sizes = tensor?.axes.map((axis) => model.axes[axis] ?? signature.axes[axis]?.size ?? null)
  return sizes?.every((size) => size !== null) === true ? sizes : null
}

/** Free axes of parameters, read off the shapes of the checkpoint's tensors. */
function axesFromTensors(signature: Signature, checkpoint: Checkpoint): Record<string, number> {
  const axes: Record<string, number> = {}
  for (const { path, axes: names } of [...signature.parameters, ...signature.states]) {
    const shape = checkpoint.tensors.get(path)?.shape
    if (shape === undefined || shape.length !== names.length) continue
    names.forEach((axis, d) => {
      axes[axis] ??= shape[d] ?? 0
    })
  }
  return axes
}

/** What a state dict lacks when training is to go on from it. */
function importing(missing: readonly string[]): string {
  const isAll = missing.every((name) => name.startsWith(slotPrefix))
  return isAll && missing.length > 0
    ? ' Of a state dict without an optimizer, `lossdsl import` makes a checkpoint.'
    : ''
}

/** `advise` is asked where no names are near. */
export function checkNames(
  wanted: readonly string[],
  found: readonly string[],
  source: string,
  advise: (missing: readonly string[], extra: readonly string[]) => string = () => '',
): void {
  const missing = named(wanted.filter((name) => !found.includes(name)))
  const extra = named(found.filter((name) => !wanted.includes(name)))
  if (missing.length === 0 && extra.length === 0) return
  const parts: string[] = []
  if (missing.length > 0) parts.push(`it lacks ${listOf(missing)}`)
  if (extra.length > 0) parts.push(`it has ${listOf(extra)}, which the model does not`)
  const guesses = missing.flatMap((name) => {
    const [near] = nearest(name, extra, 1)
    return near === undefined ? [] : [`${quote(near)} may be what is now called ${quote(name)}`]
  })
  const hint = guesses.length === 0 ? advise(missing, extra) : ` ${guesses.slice(0, 3).join('; ')}.`
  throw new CheckpointError(`${source} is of another model: ${parts.join(', and ')}.${hint}`)
}

/** Where parameters differ, their optimizer states do as well, and go without saying. */
function named(differing: readonly string[]): readonly string[] {
  const own = differing.filter((name) => !name.startsWith(slotPrefix))
  return own.length === 0 ? differing : own
}
