// State dicts of PyTorch's: parameters and buffers by torch.nn's names and in its shapes, and nothing else.
import { checkModule, checkSignature } from './calls.ts'
import {
  checkNames,
  loadModel,
  readCheckpoint,
  saveModel,
  shapeOf,
  slotPrefix,
} from './checkpoint.ts'
import { CheckpointError } from './fault.ts'
import { quote } from './nearest.ts'
import { rename, type Renaming } from './renaming.ts'
import { readSafetensors, writeSafetensors, type SafeTensor } from './safetensors.ts'
import {
  readModel,
  type AnyModel,
  type GeneratedModule,
  type Model,
  type Signature,
  type TensorRecord,
} from './signature.ts'
import type { Tensor } from './tensor.ts'

export interface InterchangeOptions {
  /** From names in what is read to names in what is made of it. */
  readonly map?: Renaming
  /** For messages. */
  readonly source?: string
}

export interface LoadStateDictOptions extends InterchangeOptions {
  /** Sizes of free axes that the shapes do not tell. */
  readonly axes?: Readonly<Record<string, number>>
  /** Of random draws; the weights leave nothing else to it. Default 0. */
  readonly seed?: number
}

/**
 * A model with the numbers of a state dict, the bytes of a safetensors file. Every parameter and state must be there, none too
 * many; shapes may differ by dimensions of size 1 and by split or merged axes; numbers are converted. Optimizers start anew.
 */
export async function loadStateDict<M extends AnyModel = Model>(
  module: GeneratedModule<M>,
  bytes: Uint8Array,
  options: LoadStateDictOptions = {},
): Promise<M> {
  checkModule('loadStateDict', module)
  const { source = 'the state dict', map = {}, axes, seed } = options
  const { signature } = module
  if (module.init === undefined) {
    throw new CheckpointError(`The module has no parameters that ${source} could be loaded into.`)
  }
  const { tensors, metadata } = readSafetensors(bytes, source)
  const isOwn = metadata['format']?.startsWith('lossdsl ') === true
  const wanted = pathsOf(signature)
  const names = [...tensors.keys()].filter((name) => !isOwn || !name.startsWith(slotPrefix))
  const renamed = [...rename(names, map, source)].filter(
    ([name]) => wanted.includes(name) || !/(^|\.)num_batches_tracked$/.test(name),
  )
  const found = new Map(renamed.map(([name, old]) => [name, tensors.get(old)!]))
  checkNames(wanted, [...found.keys()], source, mapping)
  const weights = writeSafetensors(Object.fromEntries(found))
  const model = await initFrom(module, source, {
    weights,
    ...(axes === undefined ? {} : { axes }),
    ...(seed === undefined ? {} : { seed }),
  })
  const { state } = await readModel(model)
  for (const [name, target] of Object.entries(state)) checkWhole(name, target, found, source)
  return model
}

/** For names that nothing resembles: one that ends alike shows how a mapping is written. */
function mapping(missing: readonly string[], extra: readonly string[]): string {
  const last = (name: string) => name.slice(name.lastIndexOf('.') + 1)
  for (const name of missing) {
    const old = extra.find((other) => last(other) === last(name))
    if (old !== undefined) return ` A mapping tells which is which, as ${quote(`${old}=${name}`)}.`
  }
  return ''
}

/** The module knows best which shapes it can take, but not the file's name. */
async function initFrom<M extends AnyModel>(
  { init }: GeneratedModule<M>,
  source: string,
  options: Parameters<NonNullable<GeneratedModule['init']>>[0],
): Promise<M> {
  try {
    return await init!(options)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ShapeError') throw error
    throw new CheckpointError(`${source}: ${error.message}.`, { cause: error })
  }
}

function checkWhole(
  name: string,
  target: TensorRecord[string],
  tensors: ReadonlyMap<string, SafeTensor>,
  source: string,
): void {
  const isWhole = target instanceof Int32Array || target instanceof Uint8Array
  const { data = [], dtype = '' } = tensors.get(name) ?? {}
  if (!isWhole || !Array.from(data).some((number, k) => number !== target[k])) return
  throw new CheckpointError(
    `${source}: ${quote(name)} is of type ${dtype} and holds numbers that are none of the model's, which are whole.`,
  )
}

/** From a state dict's bytes to a checkpoint's. */
export async function importStateDict(
  module: GeneratedModule<AnyModel>,
  bytes: Uint8Array,
  options: LoadStateDictOptions = {},
): Promise<Uint8Array> {
  const model = await loadStateDict(module, bytes, options)
  return saveModel(module.signature, await readModel(model))
}

/** A model's state dict, as the bytes of a safetensors file that torch's `load_state_dict` takes. */
export function stateDict(
  signature: Signature,
  model: Model,
  { map = {}, source = 'the model' }: InterchangeOptions = {},
): Uint8Array {
  checkSignature('stateDict', signature)
  const tensors = tensorsInLayout(signature, model)
  const renamed = rename(Object.keys(tensors), map, source)
  const named = [...renamed].map(([name, path]) => [name, tensors[path]!] as const)
  // `format` as other programs that read such files look for it.
  return writeSafetensors(Object.fromEntries(named), { format: 'pt' })
}

/** From a checkpoint's bytes to a state dict's. */
export async function exportStateDict(
  module: GeneratedModule<AnyModel>,
  bytes: Uint8Array,
  options: InterchangeOptions = {},
): Promise<Uint8Array> {
  const { source = 'the checkpoint' } = options
  const checkpoint = readCheckpoint(bytes, source)
  const model = await loadModel(module, checkpoint, { optimizer: 'out', source })
  return stateDict(module.signature, await readModel(model), { ...options, source })
}

function pathsOf({ parameters, states }: Signature): string[] {
  return [...parameters, ...states].map(({ path }) => path)
}

/** In torch's shapes: the axes of `Linear[B, H, W -> C]` are two dimensions there. */
function tensorsInLayout(
  signature: Signature,
  model: Model,
): Record<string, Tensor<TensorRecord[string]>> {
  const tensors = [...signature.parameters, ...signature.states].map(
    ({ path, axes, dimensions = axes.map(() => 1) }) => {
      const data = model.params[path] ?? model.state[path]
      const sizes = shapeOf(signature, model, path)
      if (data === undefined || sizes === null) {
        throw new CheckpointError(
          `The model does not belong to the module: it lacks ${quote(path)}.`,
        )
      }
      let at = 0
      const shape = dimensions.map((count) => {
        const merged = sizes.slice(at, at + count)
        at += count
        return merged.reduce((product, size) => product * size, 1)
      })
      return [path, { data, shape }] as const
    },
  )
  return Object.fromEntries(tensors)
}
