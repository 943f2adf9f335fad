// chevrotain's own check of the grammar: no ambiguous alternatives, no left recursion, no rule that is never reached.
import { expect, test } from 'vitest'
import { Grammar } from '../../compiler/syntax/grammar.ts'

/** The check needs a function that Node 20 lacks; the parser itself doesn't. */
const newer = Object as unknown as { groupBy?: typeof groupBy }

function groupBy<Item>(items: Iterable<Item>, keyOf: (item: Item) => string) {
  const groups: Record<string, Item[]> = {}
  for (const item of items) (groups[keyOf(item)] ??= []).push(item)
  return groups
}

test('the grammar is sound', () => {
  const had = newer.groupBy
  newer.groupBy ??= groupBy
  try {
    expect(() => new Grammar({ skipValidations: false })).not.toThrow()
  } finally {
    if (had === undefined) delete newer.groupBy
  }
})
