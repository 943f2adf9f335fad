// `x is none`, `x is class`, `x is prob`: known when the file is compiled.
import { suggest } from '../source/suggest.ts'
import type { Is } from '../syntax/ast.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import { isCallable, poison } from './value.ts'
import type { Value } from './value.ts'

const tests: Readonly<Record<string, (value: Value) => boolean>> = {
  none: ({ kind }) => kind === 'none',
  class: (value) => value.kind === 'tensor' && value.meaning.kind === 'class',
  prob: (value) => value.kind === 'tensor' && value.meaning.kind === 'prob',
  logprob: (value) => value.kind === 'tensor' && value.meaning.kind === 'logprob',
  logit: (value) => value.kind === 'tensor' && value.meaning.kind === 'logit',
  int: (value) =>
    (value.kind === 'tensor' && value.node.dataType === 'int') ||
    value.kind === 'size' ||
    (value.kind === 'number' && value.whole),
  bool: (value) =>
    value.kind === 'boolean' || (value.kind === 'tensor' && value.node.dataType === 'bool'),
  function: isCallable,
}

export function kindTest({ value: expression, what }: Is, frame: Frame): Value {
  const value = evaluate(expression, frame)
  if (value.kind === 'poison') return poison
  const test = Object.hasOwn(tests, what.text) ? tests[what.text] : undefined
  if (test !== undefined) return { kind: 'boolean', value: test(value) }
  const near = suggest(what.text, Object.keys(tests))
  report(frame, 'unknown-test', what.span, {
    what: what.text,
    known: Object.keys(tests),
    ...(near === undefined ? {} : { near }),
  })
  return poison
}
