// Messages about values: what they are, and where something else is wanted.
import { alternatives, code } from '../words.ts'
import { error, warning } from './entry.ts'
import { meantOrKnown } from './names.ts'

export const values = {
  'not-a-number': error<{ text: string; noun: string; isBlock: boolean }>({
    message: ({ text, noun }) => `${code(text)} is ${noun}, where a number or tensor is wanted`,
    hint: ({ isBlock, text }) =>
      isBlock
        ? `a block is instantiated first: ${code(`use f = ${text.replace(/\(.*$/s, '')}`)}, then ${code('f(x)')}`
        : undefined,
  }),
  'condition-not-truth': error<{ text: string; noun: string }>({
    message: ({ text, noun }) => `${code(text)} is ${noun}, where a truth value is wanted`,
    hint: () => 'compare it: `x != 0`',
  }),
  'branch-not-number': error<{ noun: string }>({
    message: ({ noun }) =>
      `this branch is ${noun}: chosen element by element, both are numbers or tensors`,
  }),
  'not-comparable': error<{ left: string; right: string }>({
    message: ({ left, right }) => `${left} and ${right} can't be compared`,
    hint: () => '`x is none` tells whether an option was left out',
  }),
  'not-known': error<{ what: string; found: string }>({
    message: ({ what, found }) =>
      `${what} must be known when the file is compiled, and this is ${found}`,
  }),
  'unknown-test': error<{ what: string; known: readonly string[]; near?: string }>({
    message: ({ what }) => `${code(`is ${what}`)} asks for nothing that a value can be`,
    hint: meantOrKnown,
  }),
  'not-a-list': error<{ text: string }>({
    message: ({ text }) => `${code(text)} is no list of known numbers`,
    hint: () => 'write `[0.1, 0.2] over K`, or give a tuple of numbers',
  }),
  'pattern-differs': error<{ wanted: number; found: string; length?: number; axis?: string }>({
    message: ({ wanted, found }) =>
      `this takes a tuple of ${wanted} apart, and the value is ${found}`,
    hint: ({ length, axis }) => {
      if (length !== undefined)
        return `in the parentheses stand ${length} names, one for each value`
      return axis === undefined
        ? 'a value that is no tuple has one name, without parentheses'
        : `a tensor has one name; its places along an axis are ${code(`x[${axis} = 0]`)}, ${code(`x[${axis} = 1]`)} and so on`
    },
  }),
  'tuple-too-short': error<{ name: string; length: number; wanted: number }>({
    message: ({ name, length, wanted }) =>
      `${code(name)} has ${length} values, and one is needed for each axis: there are at least ${wanted}`,
  }),
  'initial-reads-data': error<{ name: string }>({
    message: ({ name }) =>
      `${code(name)} starts from a value that depends on inputs, parameters or states, which are not there yet`,
  }),
  'drawn-once': warning<{ name: string; lacking: readonly string[]; isCall: boolean }>({
    message: ({ name, lacking }) =>
      `all elements of ${code(name)} along ${alternatives(lacking.map(code), 'and')} start from the same random number, drawn once`,
    hint: ({ isCall }) =>
      isCall
        ? 'write `~` in place of `=`: then an initialiser draws one for each element'
        : 'name the axes where it is drawn: `normal[D, H]()`',
  }),
  'parameter-not-real': error<{ name: string }>({
    message: ({ name }) => `the parameter ${code(name)} can't be trained unless it is real`,
    hint: () => 'a `state` keeps whole numbers and truth values',
  }),
  'not-an-initialiser': error<{ text: string }>({
    message: ({ text }) => `${code(text)} is no function that draws an initial value`,
    hint: () => 'a value that is computed stands after `=`',
  }),
  'input-kind': error<{ name: string }>({
    message: ({ name }) =>
      `${code(name)} has the type of an option, and an input has one kind and axes`,
  }),
  'derivative-count': error<{ name: string; wanted: string; found: string }>({
    message: ({ name, wanted, found }) =>
      `the derivative of ${code(name)} gives ${found}, where ${wanted} is wanted: one cotangent for each parameter without a default`,
  }),
  'result-not-number': error<{ name: string; noun: string }>({
    message: ({ name, noun }) => `${code(name)} gives ${noun}, where a number or tensor is wanted`,
  }),
  'result-lacks-axis': error<{ name: string; axis: string; axes: string }>({
    message: ({ name, axis, axes }) =>
      `${code(name)} says that its result has an axis ${code(axis)}, but its axes are ${axes}`,
  }),
  'gradient-of-constant': error<{ text: string }>({
    message: ({ text }) => `${code(text)} is no real tensor that a derivative could be taken by`,
  }),
  'gradient-unreached': warning<{ y: string; x: string }>({
    message: ({ y, x }) => `${code(y)} does not depend on ${code(x)}, so the derivative is 0`,
  }),
  'copies-out-of-range': error<{ given: string; most: number }>({
    message: ({ given, most }) =>
      `${given} copies can't be made: 1 to ${most.toLocaleString('en')} can`,
  }),
  'unknown-kind': error<{ kind: string; near?: string }>({
    message: ({ kind }) => `there is no kind ${code(kind)}`,
    hint: ({ near }) =>
      near === undefined
        ? `the kinds are ${alternatives(['real', 'logit', 'prob', 'logprob', 'class(C)', 'int', 'bool'].map(code), 'and')}`
        : `did you mean ${code(near)}?`,
  }),
  'class-without-axis': error<object>({
    message: () => 'a class number is one of an axis: `class(C)`',
    hint: () =>
      'the axis of the classes stands in parentheses, and those of the tensor in brackets: `class(C)[N]`',
  }),
  'missing-not-whole': error<{ value: string }>({
    message: ({ value }) => `a missing label is a whole number, and ${value} is not`,
  }),
} as const
