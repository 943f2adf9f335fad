// With respect to what a loss is differentiated: the parameters it reaches, its inputs if none, or what `wrt` names.
import { operandsOf } from '../graph/graph.ts'
import type { LeafNode, Node } from '../graph/node.ts'
import { operation } from '../ops/table.ts'
import { suggest } from '../source/suggest.ts'
import type { Loss, Name } from '../syntax/ast.ts'
import type { Elaborated, Exported } from './fileState.ts'
import { locate, report } from './frame.ts'
import type { CheckedLoss } from './program.ts'

const stopGradient = operation('stop_gradient')

type Wrt = CheckedLoss['wrt']

export function wrtOf(loss: Exported<Loss>, elaborated: Elaborated): Wrt | null {
  const { value, statement } = loss
  const { wrt } = statement
  if (value === undefined) {
    // What `wrt` names can still be looked at.
    for (const name of wrt ?? []) namedBy(name, new Set(), elaborated)
    return null
  }
  const reached = differentiable([value.node])
  if (wrt === undefined) return reachedBy(reached, elaborated)
  const lists = wrt.map((name) => namedBy(name, reached, elaborated))
  const known = lists.filter((list) => list !== null).flat()
  if (lists.includes(null)) return null
  return [...new Map(known.map((one) => [one.name, one])).values()]
}

function reachedBy(reached: ReadonlySet<Node>, elaborated: Elaborated): Wrt {
  const parameters = parametersIn(reached, elaborated, () => true)
  if (parameters.length > 0) return parameters
  const { inputs } = elaborated.frame.elaboration
  return [...inputs.values()].flatMap(({ input, leaf }) =>
    leaf.dataType === 'real' && reached.has(leaf) ? [{ name: input.name, leaf }] : [],
  )
}

function parametersIn(
  reached: ReadonlySet<Node>,
  { frame, roots }: Elaborated,
  accepts: (path: string) => boolean,
): Wrt {
  const place = new Map(roots.map((root, i) => [root, i]))
  const records = [...frame.elaboration.parameters.values()]
  records.sort((a, b) => (place.get(a.root) ?? 0) - (place.get(b.root) ?? 0))
  return records.flatMap(({ path, leaf, copies = [] }) =>
    reached.has(leaf) && accepts(path) ? [{ name: path, leaf, copies }] : [],
  )
}

function namedBy(name: Name, reached: ReadonlySet<Node>, elaborated: Elaborated): Wrt | null {
  const { frame } = elaborated
  const { inputs, parameters } = frame.elaboration
  const { text, span } = name
  const entry = frame.scope.own(text)
  if (entry?.kind === 'value' && entry.value.kind === 'poison') return null
  const instance = entry?.kind === 'value' && entry.value.kind === 'instance' ? text : undefined
  if (instance !== undefined) {
    const own = parametersIn(reached, elaborated, (path) => path.startsWith(`${instance}.`))
    if (own.length === 0) report(frame, 'wrt-unreached', span, { name: text })
    return own
  }
  const input = inputs.get(text)
  const leaf: LeafNode | undefined = input?.leaf ?? parameters.get(text)?.leaf
  if (leaf === undefined) {
    const known = frame.scope.names(({ kind, at }) => kind === 'value' && at !== undefined)
    const candidates = known.filter(
      (candidate) =>
        inputs.has(candidate) || parameters.has(candidate) || isInstance(candidate, elaborated),
    )
    const near = suggest(text, candidates)
    report(
      frame,
      'wrt-unknown',
      span,
      { name: text, isValue: entry?.kind === 'value', ...(near === undefined ? {} : { near }) },
      near === undefined
        ? {}
        : {
            fix: { message: `write \`${near}\``, edits: [{ ...locate(frame, span), text: near }] },
          },
    )
    return null
  }
  if (leaf.dataType !== 'real') {
    report(frame, 'wrt-not-real', span, { name: text })
    return null
  }
  return [{ name: text, leaf }]
}

function isInstance(name: string, { frame }: Elaborated): boolean {
  const entry = frame.scope.own(name)
  return entry?.kind === 'value' && entry.value.kind === 'instance'
}

/** Everything that a derivative may flow to: not behind `stop_gradient`, not conditions, indices or comparisons. */
export function differentiable(roots: readonly Node[]): Set<Node> {
  const seen = new Set<Node>()
  const stack = [...roots]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node) || node.dataType !== 'real') continue
    seen.add(node)
    stack.push(...flowsTo(node))
  }
  return seen
}

function flowsTo(node: Node): readonly Node[] {
  if (node.kind === 'map' && node.operation === stopGradient) return []
  if (node.kind === 'take') return [node.operand]
  // The user's pullbacks say what flows to the inputs; the value's own derivative is replaced.
  if (node.kind === 'custom') return node.inputs
  return operandsOf(node)
}
