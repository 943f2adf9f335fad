// A gpu module: the js module with a device before its loops. Kernels are texts that gpu.js compiles in the mode that
// runs; what the device can't run, the module's own loops do.
import type { AxisName, Node } from '../../compiler/graph/node.ts'
import { siteHash } from '../../compiler/graph/threefry.ts'
import { drawOf } from '../../compiler/kernels/draws.ts'
import { axesOfSize, type Size } from '../../compiler/graph/size.ts'
import {
  BeyondTarget,
  type Buffer,
  type KernelProgram,
  type StepLoop,
} from '../../compiler/kernels/program.ts'
import { magnitudeIn } from '../../compiler/kernels/wholeNumbers.ts'
import type { Computation, ModulePlan } from '../../compiler/lower/entry.ts'
import { sizeFunction, type Axes } from '../js/axes.ts'
import { emitJs, type Emitted } from '../js/emit.ts'
import { atom, type Js } from '../js/js.ts'
import { Code, member, type Literal } from '../js/literal.ts'
import type { Device } from '../js/moduleScope.ts'
import { sizeJs } from '../js/sizes.ts'
import { lengthOf } from './expressions.ts'
import { writeKernel, type KernelText } from './kernel.ts'

export interface EmitOptions {
  readonly sourcePath?: string
  readonly weights?: Uint8Array
}

export interface EmittedForGpu extends Emitted {
  /** Calls that the device can't run. */
  readonly leftToHost: ReadonlyMap<string, Left>
}

export interface Left {
  /** What stops it, as a noun. */
  readonly what: string
  readonly computation: Computation
  /** Of the node that is to blame, where it is one. */
  readonly kind?: Node['kind']
}

/** What the device runs, or why it can't. */
export type DevicePrograms = ReadonlyMap<Computation, KernelProgram | BeyondTarget>

export function emitGpu(
  plan: ModulePlan,
  host: ReadonlyMap<Computation, KernelProgram>,
  programs: DevicePrograms,
  options: EmitOptions,
): EmittedForGpu {
  const leftToHost = new Map<string, Left>()
  const device: Device = {
    name: 'gpu',
    opening: ["import * as gpujs from 'gpu.js'\nimport { createDevice } from 'lossdsl/runtime'"],
    create: 'createDevice',
    describe(computation, words, keys, axes) {
      const program = programs.get(computation)
      if (program === undefined) throw new Error(`${computation.name} has no kernels`)
      const isBeyond = program instanceof BeyondTarget
      const described = isBeyond ? program.what : describeProgram(program, computation, keys, axes)
      if (typeof described !== 'string') return described
      const kind = isBeyond ? { kind: program.kind } : {}
      leftToHost.set(words, { what: described, computation, ...kind })
      return `the device can't run ${described}`
    },
  }
  return { ...emitJs(plan, host, { ...options, precision: 'f32', device }), leftToHost }
}

function describeProgram(
  program: KernelProgram,
  computation: Computation,
  keys: ReadonlyMap<string, string>,
  axes: Axes,
): object | string {
  const texts: KernelText[] = []
  for (const kernel of program.kernels) {
    const text = writeKernel(kernel, axes)
    if (text === null) return `the kernel ${kernel.name}`
    texts.push(text)
  }
  const buffers = [...new Set(texts.flatMap(({ reads, writes }) => [...reads, writes]))]
  const placeOf = (buffer: Buffer): number => buffers.indexOf(buffer)
  const loops = [...new Set(program.kernels.flatMap(({ steps = [] }) => steps))]
  const stepsOf = (of: readonly StepLoop[] = []): { steps?: readonly number[] } =>
    of.length === 0 ? {} : { steps: of.map((loop) => loops.indexOf(loop)) }
  const isOption = new Set(computation.options.map(({ name }) => name))
  return {
    ...wholeNumbers(program, isOption, axes),
    buffers: buffers.map((buffer) => ({
      ...bufferRow(buffer, keys),
      ...stepsOf(buffer.steps),
      length: sizeOf(lengthOf(buffer), axes),
    })),
    ...(loops.length === 0
      ? {}
      : {
          loops: loops.map(({ extent, reversed }) => ({
            length: sizeOf(extent, axes),
            ...(reversed ? { reversed } : {}),
          })),
        }),
    kernels: texts.map(({ text, row, steps, reads, writes, given }) => ({
      ...stepsOf(steps),
      writes: placeOf(writes),
      reads: reads.map(placeOf),
      given: given.map((each): Literal => {
        if (each.kind === 'number') return each.value
        if (each.kind === 'step') return { step: loops.indexOf(each.loop) }
        return optionText(each.name, isOption)
      }),
      ...(row === null ? {} : { row: sizeOf(row, axes) }),
      ...(text === null
        ? {}
        : { source: new Code(`(s${row === null ? '' : ', rows'}) => \`${text}\``) }),
    })),
  }
}

/** Of whole numbers the largest there may be, from the sizes `s` and the largest in each of what is given, `w`. */
function wholeNumbers(
  { wholeNumbers: sizes = [] }: KernelProgram,
  isOption: ReadonlySet<string>,
  axes: Axes,
): object {
  if (sizes.length === 0) return {}
  const resolved = sizes.map((size) => axes.resolve(size))
  const symbols = [...new Set(resolved.flatMap(axesOfSize))].flatMap(
    (axis) => magnitudeIn(axis) ?? [],
  )
  const spell = (axis: AxisName): Js => {
    const symbol = magnitudeIn(axis)
    const place = symbols.findIndex((other) => other.key === symbol?.key)
    return atom(place < 0 ? member('s', axis) : `w[${place}]`)
  }
  const texts = resolved.map((size) => sizeJs(size, spell).text)
  return {
    wholeNumbers: {
      given: symbols.map(({ kind, name }) =>
        kind === 'input' ? { input: name } : optionText(name, isOption),
      ),
      largest: new Code(`(s, w) => Math.max(${texts.join(', ')})`),
    },
  }
}

function sizeOf(size: Size, axes: Axes): Code {
  return sizeFunction(axes.resolve(size))
}

/** An optimizer's `step` is no option of the user's: the model counts it. */
function optionText(name: string, isOption: ReadonlySet<string>): string {
  return isOption.has(name) ? `$${name}` : 'count'
}

function bufferRow({ place, type }: Buffer, keys: ReadonlyMap<string, string>): object {
  switch (place.kind) {
    case 'input': {
      const draw = drawOf(place.name)
      if (draw !== null) return { kind: 'draws', site: siteHash(draw.site), lane: draw.lane }
      return { kind: 'input', name: place.name }
    }
    case 'parameter':
      return { kind: 'params', path: place.path }
    case 'state':
      return { kind: 'state', path: place.path }
    case 'slot':
      return { kind: 'optimizer', path: place.path }
    case 'result': {
      const { target } = place
      const result = target.kind === 'gradient' ? `gradient ${target.name}` : target.kind
      const key = keys.get(result)
      if (key === undefined) throw new Error(`nobody asks for the ${result}`)
      return { kind: 'result', key, ...(type === 'real' ? {} : { isWhole: true }) }
    }
    case 'temporary':
      return { kind: 'temporary' }
    case 'constant':
      return { kind: 'constant', values: place.values }
    default:
      return place satisfies never
  }
}
