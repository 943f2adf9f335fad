// The module's axes as generated code knows them: which free axes each depends on, and how to work it out from those.
import type { AxisName } from '../../compiler/graph/node.ts'
import {
  axesOfSize,
  axisSize,
  constantOf,
  substituteSizes,
  type Size,
} from '../../compiler/graph/size.ts'
import { axisText, sizeText } from '../../compiler/graph/sizeText.ts'
import { ownAxes, type ModulePlan } from '../../compiler/lower/entry.ts'
import { atom } from './js.ts'
import { Code, member, type Literal } from './literal.ts'
import { sizeJs } from './sizes.ts'

export interface Axes {
  readonly names: readonly AxisName[]
  /** In free axes only. */
  sizeOf(axis: AxisName): Size
  resolve(size: Size): Size
  indexOf(axis: AxisName): number
}

export function createAxes(plan: ModulePlan): Axes {
  const shown = plan.axes.map(({ name }) => name)
  const definitions = new Map(
    [...plan.axes, ...plan.copyAxes].map((axis) => [axis.name, axis.size]),
  )
  const resolved = new Map<AxisName, Size>()
  const sizeOf = (axis: AxisName): Size => {
    const known = resolved.get(axis)
    if (known !== undefined) return known
    const definition = definitions.get(axis) ?? axisSize(axis)
    // Set first, so that a free axis, which is its own size, stands for itself.
    resolved.set(axis, axisSize(axis))
    const size = resolve(definition)
    resolved.set(axis, size)
    return size
  }
  const resolve = (size: Size): Size => substituteSizes(size, sizeOf)
  const names = [...new Set([...shown, ...mentionedAxes(plan)])]
  const places = new Map(names.map((name, place) => [name, place]))
  return {
    names,
    sizeOf,
    resolve,
    indexOf(axis) {
      const place = places.get(axis)
      if (place === undefined) throw new Error(`${axis} is no axis of the module`)
      return place
    },
  }
}

/** Those that only types mention; the checker lists them, so this is for plans made by hand. */
function mentionedAxes(plan: ModulePlan): AxisName[] {
  const inputs = [
    ...plan.inputs,
    ...plan.entries.flatMap((entry) => (entry.kind === 'function' ? entry.ownInputs : [])),
  ]
  return [
    ...inputs.flatMap((input) => [
      ...input.axes,
      ...(input.kindAxis === undefined ? [] : [input.kindAxis]),
    ]),
    ...[...plan.parameters, ...plan.states, ...plan.slots].flatMap(ownAxes),
  ]
}

/**
 * What the signature and models call each axis. Local axes of several calls share a name, `K` of two convolutions: the
 * first, or the file's own, goes by it, the others by what tells them apart, `K·3`.
 */
export function axisLabels(plan: ModulePlan): ReadonlyMap<AxisName, string> {
  const labels = new Map<AxisName, string>()
  const taken = new Set<string>()
  for (const axis of new Set([...plan.axes.map(({ name }) => name), ...mentionedAxes(plan)])) {
    const text = axisText(axis)
    const label = taken.has(text) ? axis : text
    taken.add(label)
    labels.set(axis, label)
  }
  return labels
}

/** `(s) => s.H - s.K + 1` over a record of sizes. */
export function sizeFunction(size: Size): Code {
  const { text } = sizeOverRecord(size)
  return new Code(`(${axesOfSize(size).length === 0 ? '' : 's'}) => ${text}`)
}

export function sizeOverRecord(size: Size): { readonly text: string } {
  return sizeJs(size, (axis) => atom(member('s', axis)))
}

export function axisTable(axes: Axes, plan: ModulePlan): Literal {
  const written = new Map(plan.axes.map((axis) => [axis.name, axis.size]))
  const labels = axisLabels(plan)
  return axes.names.map((axis) => {
    const size = axes.sizeOf(axis)
    const atoms = axesOfSize(size)
    const isFree = atoms.length === 1 && size.key === axisSize(axis).key
    const formula = written.get(axis)
    const name = axisText(axis)
    const label = labels.get(axis) ?? name
    return {
      name,
      ...(label === name ? {} : { label }),
      atoms,
      of: sizeFunction(size),
      ...(isFree || formula === undefined || constantOf(formula) !== null
        ? {}
        : { formula: sizeText(formula) }),
    }
  })
}
