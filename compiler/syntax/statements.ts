// Which statements stand where, and what is left of one that could not be read.
import type { IToken } from 'chevrotain'
import type { Name, Statement } from './ast.ts'
import { endOf, isOneOf, spanOf } from './place.ts'
import * as t from './tokens.ts'

interface Place {
  readonly description: string
  readonly allowed: readonly Statement['kind'][]
}

const places = {
  function: { description: 'a function', allowed: ['let', 'const', 'axis'] },
  apply: { description: '`apply`', allowed: ['let', 'const', 'axis', 'update'] },
  block: {
    description: 'a block',
    allowed: ['param', 'state', 'use', 'update', 'let', 'const', 'axis'],
  },
  optimizer: { description: 'an optimizer', allowed: ['let', 'const', 'state', 'update'] },
} as const satisfies Record<string, Place>

/** The statements that may stand in a place; each other one is reported and left out, but for its name. */
export function onlyIn(
  place: keyof typeof places,
  statements: readonly Statement[],
  report: (
    statement: Statement,
    facts: { word: string; place: string; allowed: readonly string[] },
  ) => void,
): Statement[] {
  const { description, allowed }: Place = places[place]
  return statements.flatMap((statement) => {
    if (allowed.includes(statement.kind)) return [statement]
    const word = statement.kind === 'minimize' ? statement.direction : statement.kind
    report(statement, { word, place: description, allowed })
    const { kind } = statement
    const nameless = kind === 'let' || kind === 'import' || kind === 'axis' || kind === 'minimize'
    return nameless || kind === 'update' ? [] : [unreadable(statement.name, statement.span.end)]
  })
}

/** What a statement that could not be read declares: its name, so that what uses it isn't reported too. */
export function remainsOf(word: IToken, next: IToken): Statement | undefined {
  if (!isOneOf(next, [t.Name])) return undefined
  const name = { text: next.image, span: spanOf(next) }
  const span = { start: word.startOffset, end: endOf(next) }
  const value = { kind: 'missing', span: { start: span.end, end: span.end } } as const
  switch (word.tokenType) {
    case t.Output:
      return { kind: 'output', name, value, span }
    case t.Loss:
      return { kind: 'loss', name, value, span }
    case t.Metric:
      return { kind: 'metric', name, value, span }
    case t.Axis:
      return { kind: 'axis', axes: [{ name }], span }
    case t.Update:
    case t.Minimize:
    case t.Maximize:
    case t.Import:
      return undefined
    default:
      return unreadable(name, span.end)
  }
}

/** `let name = ` and nothing. */
function unreadable(name: Name, end: number): Statement {
  const { span } = name
  return {
    kind: 'let',
    pattern: { kind: 'name', name, span },
    value: { kind: 'missing', span: { start: end, end } },
    span: { start: span.start, end },
  }
}
