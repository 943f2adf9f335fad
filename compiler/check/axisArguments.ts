// Axes in brackets matched with a signature's: singles, lists split at the arrow, pairs.
import type { AxisName } from '../graph/node.ts'
import { axisText } from '../graph/sizeText.ts'
import { count } from '../source/words.ts'
import type { AxisParameter, AxisParameters } from '../syntax/ast.ts'
import type { Meant } from './scope.ts'
import type { AxisArgumentList } from './value.ts'

export interface AxisBindings {
  readonly names: Map<string, Meant>
  /** Of `Linear[D -> D]`: inside, the D on the right is a twin, which the result gives its own name back. */
  readonly renamed: ReadonlyMap<AxisName, AxisName>
  /** Right of the arrow alone: what is taken over other axes must not have them yet. */
  readonly made: readonly AxisName[]
  /** What does not fit, as a clause. */
  readonly problem?: string
  /** The one axis that the signature has behind its arrow, where the brackets have none. */
  readonly missing?: string
}

/** Without brackets every parameter is unsettled, and may be inferred from the arguments. */
export function unsettledAxes(axes: AxisParameters | undefined, of: string): Map<string, Meant> {
  const names = new Map<string, Meant>()
  for (const parameter of [...(axes?.before ?? []), ...(axes?.after ?? [])]) {
    const isList = parameter.kind !== 'single'
    for (const name of namesOf(parameter)) names.set(name, { kind: 'unsettled', of, isList })
  }
  return names
}

export function bindAxes(
  signature: AxisParameters | undefined,
  given: AxisArgumentList,
  of: string,
  twinOf: (axis: AxisName) => AxisName,
): AxisBindings {
  const renamed = new Map<AxisName, AxisName>()
  const names = unsettledAxes(signature, of)
  if (signature === undefined) {
    return { names, renamed, made: [], problem: `\`${of}\` takes no axes in brackets` }
  }
  const { entries } = given
  const arrowAt = signature.arrow ? entries.findIndex(({ arrow }) => arrow) : -1
  if (signature.arrow && arrowAt < 0) {
    const [only, second] = signature.after
    return {
      names,
      renamed,
      made: [],
      problem: `\`${of}\` is written ${signatureText(signature, of)}, with an arrow`,
      ...(only?.kind === 'single' && second === undefined ? { missing: only.name.text } : {}),
    }
  }
  const sides = signature.arrow
    ? withTwins(splitAtArrow(given, arrowAt), renamed, twinOf)
    : undefined
  const problem =
    sides === undefined
      ? bindSide(signature.before, itemsOf(entries), names, false)
      : (bindSide(signature.before, sides.before, names, true) ??
        bindSide(signature.after, sides.after, names, true))
  const made = axesMade(signature, names)
  if (problem === undefined) return { names, renamed, made }
  return {
    names,
    renamed,
    made,
    problem: `${problem}: it is written ${signatureText(signature, of)}`,
  }
}

/** An axis, or a pair of axes, as one entry of the brackets. */
type Item =
  | { readonly kind: 'axis'; readonly axis: AxisName }
  | { readonly kind: 'pair'; readonly from: AxisName; readonly to: AxisName }
  | { readonly kind: 'uneven' }

function splitAtArrow({ entries }: AxisArgumentList, arrowAt: number): Sides {
  const middle = entries[arrowAt]
  return {
    before: [...itemsOf(entries.slice(0, arrowAt)), ...singles(middle?.from)],
    after: [...singles(middle?.to), ...itemsOf(entries.slice(arrowAt + 1))],
  }
}

interface Sides {
  readonly before: readonly Item[]
  readonly after: readonly Item[]
}

function withTwins(
  { before, after }: Sides,
  renamed: Map<AxisName, AxisName>,
  twinOf: (axis: AxisName) => AxisName,
): Sides {
  const taken = new Set(before.flatMap((item) => (item.kind === 'axis' ? [item.axis] : [])))
  const apart = after.map((item): Item => {
    if (item.kind !== 'axis' || !taken.has(item.axis)) return item
    const twin = twinOf(item.axis)
    renamed.set(twin, item.axis)
    return { kind: 'axis', axis: twin }
  })
  return { before, after: apart }
}

function singles(axes: readonly AxisName[] | undefined): Item[] {
  return (axes ?? []).map((axis) => ({ kind: 'axis', axis }))
}

function itemsOf(entries: AxisArgumentList['entries']): Item[] {
  return entries.flatMap(({ from, arrow, to }): Item[] => {
    if (!arrow) return singles(from)
    const sources = from ?? []
    const targets = to ?? []
    if (sources.length !== targets.length) return [{ kind: 'uneven' }]
    return sources.map((source, i) => ({ kind: 'pair', from: source, to: targets[i] ?? source }))
  })
}

/** The one list or pairs of a side takes what the singles leave. Gives what does not fit. */
function bindSide(
  parameters: readonly AxisParameter[],
  items: readonly Item[],
  names: Map<string, Meant>,
  arrow: boolean,
): string | undefined {
  const many = parameters.find(({ kind }) => kind !== 'single')
  const singleCount = parameters.filter(({ kind }) => kind === 'single').length
  const left = items.length - singleCount
  if (left < 0 || (many === undefined && left > 0)) {
    const wanted = count(singleCount, 'axis', 'axes')
    const least = many === undefined ? wanted : `at least ${wanted}`
    return `it takes ${least}${parameters.length === 0 ? ' there' : ''}, and ${items.length} ${items.length === 1 ? 'is' : 'are'} given`
  }
  let at = 0
  for (const parameter of parameters) {
    const taken = items.slice(at, at + (parameter.kind === 'single' ? 1 : left))
    at += taken.length
    const problem = bindParameter(parameter, taken, names, arrow)
    if (problem !== undefined) return problem
  }
  return undefined
}

function bindParameter(
  parameter: AxisParameter,
  items: readonly Item[],
  names: Map<string, Meant>,
  arrow: boolean,
): string | undefined {
  if (items.some(({ kind }) => kind === 'uneven')) return 'an arrow stands between an axis and none'
  if (parameter.kind === 'pairs') {
    // A lone `H` stands for `H -> H`.
    const pairs = items.map((item) =>
      item.kind === 'pair'
        ? item
        : {
            from: item.kind === 'axis' ? item.axis : '',
            to: item.kind === 'axis' ? item.axis : '',
          },
    )
    names.set(parameter.from.text, { kind: 'axes', axes: pairs.map(({ from }) => from) })
    names.set(parameter.to.text, { kind: 'axes', axes: pairs.map(({ to }) => to) })
    return undefined
  }
  const axes = items.flatMap((item) => (item.kind === 'axis' ? [item.axis] : []))
  if (axes.length < items.length) return 'it takes no arrow there'
  const twice = axes.find((axis, i) => axes.indexOf(axis) < i)
  if (twice !== undefined) return `\`${axisText(twice)}\` stands there twice`
  const [axis] = axes
  const side = arrow ? ({ isSide: true } as const) : {}
  if (parameter.kind === 'list') names.set(parameter.name.text, { kind: 'axes', axes, ...side })
  else if (axis !== undefined) names.set(parameter.name.text, { kind: 'axis', axis })
  return undefined
}

function axesMade(
  { before, after }: AxisParameters,
  names: ReadonlyMap<string, Meant>,
): readonly AxisName[] {
  const axesOf = (name: string): readonly AxisName[] => {
    const meant = names.get(name)
    return meant?.kind === 'axis' ? [meant.axis] : meant?.kind === 'axes' ? meant.axes : []
  }
  const pairs = [...before, ...after].filter((parameter) => parameter.kind === 'pairs')
  const taken = [
    ...before.flatMap((one) => (one.kind === 'pairs' ? [] : axesOf(one.name.text))),
    ...pairs.flatMap(({ from }) => axesOf(from.text)),
  ]
  const given = [
    ...after.flatMap((one) => (one.kind === 'pairs' ? [] : axesOf(one.name.text))),
    ...pairs.flatMap(({ to }) => axesOf(to.text)),
  ]
  return given.filter((axis) => !taken.includes(axis))
}

function namesOf(parameter: AxisParameter): string[] {
  return parameter.kind === 'pairs'
    ? [parameter.from.text, parameter.to.text]
    : [parameter.name.text]
}

/** `Linear[...I -> ...O]`, as declared. */
export function signatureText({ before, arrow, after }: AxisParameters, name: string): string {
  const side = (parameters: readonly AxisParameter[]): string =>
    parameters
      .map((parameter) => {
        switch (parameter.kind) {
          case 'single':
            return parameter.name.text
          case 'list':
            return `...${parameter.name.text}`
          case 'pairs':
            return `...(${parameter.from.text} -> ${parameter.to.text})`
          default:
            return parameter satisfies never
        }
      })
      .join(', ')
  const parts = arrow ? [side(before), '->', side(after)] : [side(before)]
  return `\`${name}[${parts.filter((part) => part !== '').join(' ')}]\``
}
