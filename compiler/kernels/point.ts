// What happens at one point of a value's loops, and what it reads there.
import type { AxisName, LeafNode, Node } from '../graph/node.ts'
import { expressionsIn } from './expression.ts'
import type { PointExpression } from './expression.ts'
import type { Environment, Inliner } from './inline.ts'
import { isInPlace } from './value.ts'
import type { Value } from './value.ts'
import { contentOf, freeAxes, reducedAxes } from './value.ts'

/** One expression for each node of `contentOf`. */
export function pointOf(value: Value, inliner: Inliner, at: Environment): PointExpression[] {
  // Only a value that is computed into its own storage looks inside its node.
  const evaluate = value.work.kind === 'map' ? inliner.contentAt : inliner.valueAt
  return contentOf(value).map((node) => evaluate(node, at))
}

export interface Read {
  readonly node: Node
  readonly indices: readonly PointExpression[]
}

/** What happens at a point, with each loop's variable named as its axis; `steps`: axes of loops besides its own. */
export function ownPoint(
  value: Value,
  inliner: Inliner,
  steps: readonly AxisName[] = [],
): PointExpression[] {
  return pointOf(value, inliner, ownEnvironment(value, inliner, steps))
}

export function readsIn(point: readonly PointExpression[]): Read[] {
  return expressionsIn(point).flatMap((expression) =>
    expression.kind === 'read' ? [expression] : [],
  )
}

export function ownEnvironment(
  value: Value,
  inliner: Inliner,
  steps: readonly AxisName[] = [],
): Environment {
  const axes = new Set([...steps, ...freeAxes(value), ...reducedAxes(value)])
  const { expressions } = inliner
  const places = new Map([...axes].map((axis) => [axis, expressions.variable(axis)]))
  // Of a row that is put in order all elements are read, at once.
  if (value.work.kind === 'sort') places.set(value.work.axis, expressions.number(0, 'int'))
  return inliner.environment(places)
}

/** What must be computed before a value, or must have been read. */
export interface Dependency {
  readonly on: Value
  /** `reads`: its value is needed; `overwrites`: it reads what is overwritten here. */
  readonly kind: 'reads' | 'overwrites'
  /** Axes along which iteration i needs no other iteration of `on` than i: loops over these can be shared. */
  readonly aligned: ReadonlySet<AxisName>
}

/**
 * Of each value: the stored values that it reads, and, for an update in place or the carry of a recurrence, all who read
 * what it overwrites.
 * `reads` has the reads of each value.
 */
export function dependenciesOf(
  values: readonly Value[],
  stored: ReadonlyMap<Node, Value>,
  reads: ReadonlyMap<Value, readonly Read[]>,
  inPlace: boolean,
): Map<Value, Dependency[]> {
  const dependencies = new Map<Value, Dependency[]>()
  const readers = new Map<string | Value, Dependency[]>()
  for (const value of values) {
    const own = reads.get(value) ?? []
    const found = new Map<Node, Set<AxisName>>()
    for (const { node, indices } of own) {
      const here = node.axes.filter((axis, i) => isVariable(indices[i], axis))
      const before = found.get(node)
      found.set(
        node,
        new Set(before === undefined ? here : here.filter((axis) => before.has(axis))),
      )
    }
    const list: Dependency[] = []
    for (const [node, aligned] of found) {
      const on = stored.get(node)
      const isCarried = on?.work.kind === 'carry' && on.node === node
      if (on !== undefined && !isCarried) list.push({ on, kind: 'reads', aligned })
      if (node.kind === 'leaf') {
        const key = isCarried ? on : tensorKey(node)
        const others = readers.get(key) ?? []
        readers.set(key, others)
        others.push({ on: value, kind: 'overwrites', aligned })
      }
    }
    dependencies.set(value, list)
  }
  for (const value of values) {
    // A step finds what the one before it left, until it is done.
    if (value.work.kind === 'carry') dependencies.get(value)?.push(...(readers.get(value) ?? []))
    if (value.result === null || !isInPlace(value.result)) continue
    // To read the element that is about to be overwritten is fine, where the target can; else it waits for itself,
    // which no schedule can grant.
    const others = (readers.get(overwrittenBy(value)) ?? []).filter(
      ({ on, aligned }) => on !== value || !inPlace || aligned.size < value.layout.length,
    )
    dependencies.get(value)?.push(...others)
  }
  return dependencies
}

function isVariable(index: PointExpression | undefined, axis: AxisName): boolean {
  return index?.kind === 'variable' && index.name === axis
}

function tensorKey(leaf: LeafNode): string {
  return `${leaf.role} ${leaf.name}`
}

function overwrittenBy({ result }: Value): string {
  const target = result?.target
  if (target === undefined || !('path' in target)) {
    throw new Error('only a tensor of the model is overwritten')
  }
  return `${target.kind} ${target.path}`
}
