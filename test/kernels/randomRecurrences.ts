// Random recurrences for random graphs. Null where the choices don't fit together.
import type { AxisName, Loop, Node, ScanNode } from '../../compiler/graph/node.ts'
import type { Builder } from './builder.ts'

interface Choice {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly axes: readonly AxisName[]
  readonly pick: number
}

const isWithin = (node: Node, axes: readonly AxisName[]): boolean =>
  node.axes.every((axis) => axes.includes(axis))
const without = (axes: readonly AxisName[], axis: AxisName): AxisName[] =>
  axes.filter((other) => other !== axis)

/** `y` where it has a place before the first step, else a number. */
function startFrom(b: Builder, y: Node, axes: readonly AxisName[], axis: AxisName): Node {
  return !y.axes.includes(axis) && isWithin(y, axes) ? y : b.graph.constant(0.5)
}

/** What comes of a loop: a carry after each step, and one after the last, joined. */
function outcome(b: Builder, loop: Loop, { b: i, c: j, pick }: Choice): Node {
  const scan = (index: number, form: ScanNode['form']): Node =>
    b.graph.scan(loop, index % loop.carries.length, form)
  if (pick % 5 === 0) return scan(i, 'last')
  if (pick % 5 === 1) return scan(j, 'every')
  return b.op('add', scan(i, 'every'), scan(j, 'last'))
}

/** h to tanh(x · h + y), sometimes mixed along another axis by z, beside a carry that it meets or changes places with. */
export function recurrence(b: Builder, x: Node, y: Node, z: Node, choice: Choice): Node | null {
  const { pick } = choice
  const [axis] = choice.axes
  if (axis === undefined) return null
  const axes = [...new Set([...x.axes, ...y.axes, axis])].sort()
  const h = b.leaf('placeholder', `h ${choice.a} ${choice.b} ${choice.c}`, axes)
  const c = b.leaf(
    'placeholder',
    `c ${pick}`,
    without(axes, axes.length > 2 ? (axes.find((own) => own !== axis) ?? '') : ''),
  )
  const mixed = pick % 3 === 0 ? without(axes, axis).find((own) => z.axes.includes(own)) : undefined
  const seen = mixedAlong(b, h, z, mixed)
  const next = b.op('tanh', b.op('add', b.op('mul', x, seen), y))
  if (axes.length > 4 || !isWithin(next, axes)) return null
  const meets = pick % 4 === 0 && isWithin(c, axes)
  const carries = [
    { previous: h, start: startFrom(b, y, axes, axis), next: meets ? b.op('add', c, next) : next },
    {
      previous: c,
      start: b.graph.constant(1),
      next: pick % 4 === 1 && isWithin(h, c.axes) ? h : b.op('mul', c, 0.5),
    },
  ]
  return outcome(b, { axis, reversed: pick % 2 === 0, carries }, choice)
}

/** sum or max over an axis of h · z or h + z: the sum is a matrix product where both have others. */
function mixedAlong(b: Builder, h: Node, z: Node, axis: AxisName | undefined): Node {
  if (axis === undefined) return h
  return z.id % 2 === 0
    ? b.reduce('max', [axis], b.op('add', h, z))
    : b.sum([axis], b.op('mul', h, b.op('tanh', z)))
}

/** In each step of one, another along an axis of its own, which starts from what the first carries. */
export function nestedRecurrence(
  b: Builder,
  x: Node,
  y: Node,
  z: Node,
  choice: Choice,
): Node | null {
  const { pick } = choice
  const [axis, inner] = choice.axes
  if (axis === undefined || inner === undefined || x.axes.includes(inner)) return null
  const axes = [...new Set([...x.axes, axis])].sort()
  const both = [...axes, inner].sort()
  if (both.length > 4 || !isWithin(y, both) || !isWithin(z, both)) return null
  const h = b.leaf('placeholder', `outer ${choice.a}`, axes)
  const g = b.leaf('placeholder', `inner ${choice.b}`, both)
  const step = b.op('tanh', b.op('add', b.op('mul', g, y), pick % 2 === 0 ? h : z))
  const loop = {
    axis: inner,
    reversed: pick % 3 === 0,
    carries: [{ previous: g, start: pick % 4 === 0 ? b.graph.constant(0.1) : h, next: step }],
  }
  const found =
    pick % 5 < 2 ? b.sum([inner], b.graph.scan(loop, 0, 'every')) : b.graph.scan(loop, 0, 'last')
  const next = b.op('tanh', b.op('sub', found, x))
  if (!isWithin(next, axes)) return null
  const carries = [{ previous: h, start: startFrom(b, y, axes, axis), next }]
  return outcome(b, { axis, reversed: pick % 2 === 1, carries }, choice)
}
