import { describe, expect, test } from 'vitest'
import { evaluate } from '../../compiler/graph/evaluate.ts'
import { rewrite } from '../../compiler/rewrite/engine.ts'
import type { Rewrite } from '../../compiler/rewrite/engine.ts'
import { simplificationRules } from '../../compiler/rewrite/simplify.ts'
import { stabilityRules } from '../../compiler/rewrite/stability.ts'
import { examples, lengths, setting } from './ruleExamples.ts'
import type { Setting } from './ruleExamples.ts'
import type { LeafNode, Node } from '../../compiler/graph/node.ts'

const rules = [...stabilityRules, ...simplificationRules]

/** Numbers of all sizes that are far from every kink; labels and truth values where these are asked for. */
function sample(leaf: LeafNode): number[] {
  const count = leaf.layout.reduce((product, axis) => product * (lengths[axis] ?? 1), 1)
  return Array.from({ length: count }, (_, i) => {
    if (leaf.dataType === 'bool') return i % 2
    if (leaf.dataType === 'int') return (i * 2 + 1) % 4
    return 1.7 * Math.sin(1 + 2.3 * i + leaf.name.length + leaf.layout.length)
  })
}

function valueOf({ graph }: Setting, node: Node): { axes: readonly string[]; data: number[] } {
  const [tensor] = evaluate(graph, [node], { axes: lengths, leaves: sample })
  if (tensor === undefined) throw new Error('one root, one tensor')
  return { axes: tensor.axes, data: [...tensor.data] }
}

describe('every rule', () => {
  test('has an example, and a name of its own', () => {
    const names = rules.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(Object.keys(examples).sort()).toEqual([...names].sort())
  })

  test.each(rules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
    const example = examples[name]
    if (example === undefined) throw new Error(`no example for ${name}`)
    const here = setting()
    const before = example(here)
    const log: Rewrite[] = []
    const [after] = rewrite(here.graph, [before], [rule], log)
    if (after === undefined) throw new Error('one root, one result')
    expect(log.map((entry) => entry.rule)).toContain(name)
    expect(after.dataType).toBe(before.dataType)
    const [expected, found] = [valueOf(here, before), valueOf(here, after)]
    expect(found.axes).toEqual(expected.axes)
    for (const [i, value] of expected.data.entries()) expectClose(found.data[i], value)
  })
})

test('a sign before a whole product, which has two normal forms to choose from, comes to rest', () => {
  const here = setting()
  const { graph, mul, div, neg, whole, at } = here
  const before = div(mul(neg(whole(2)), at('C')), graph.constant(5))
  const [after] = rewrite(graph, [before], simplificationRules)
  if (after === undefined) throw new Error('one root, one result')
  const wanted = [0, -0.4, -0.8, -1.2]
  for (const [i, value] of valueOf(here, after).data.entries()) expectClose(value, wanted[i] ?? 0)
})

function expectClose(found: number | undefined, expected: number): void {
  if (found === undefined || !Number.isFinite(expected)) expect(found).toBe(expected)
  else expect(Math.abs(found - expected)).toBeLessThan(1e-12 * Math.max(1, Math.abs(expected)))
}
