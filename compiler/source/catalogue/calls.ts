// Messages about calls: functions, options, blocks and their instances.
import { alternatives, code } from '../words.ts'
import { error } from './entry.ts'
import { meantOrKnown } from './names.ts'

/** Options of other libraries, and what takes their place here. */
const habits: ReadonlyMap<string, string> = new Map([
  ['reduction', 'losses give one value for each element or label: take their `mean` or `sum`'],
  ['dim', 'the axes that a function works on stand in brackets: `softmax[C](x)`'],
  ['axis', 'the axes that a function works on stand in brackets: `softmax[C](x)`'],
  ['keepdim', 'a result aligns by the names of its axes, so that none needs to be kept'],
  ['ignore_index', 'declare the input `class(C, missing = -100)`: a missing label has loss 0'],
  ['k', 'how many there are is the size of an axis: `axis K = 2`, then `topk[T -> K](x)`'],
  ['num_classes', 'how many there are is the size of an axis: `axis C = 10`'],
  ['label_smoothing', 'the option is called `smoothing`'],
])

export const calls = {
  'not-callable': error<{ text: string; noun: string }>({
    message: ({ text, noun }) => `${code(text)} is ${noun}, and no function`,
  }),
  'bracket-not-function': error<{ text: string; noun: string }>({
    message: ({ text, noun }) =>
      `${code(text)} is ${noun}: axes alone in brackets are for functions and blocks`,
    hint: ({ text }) => `an index says which place: ${code(`${text}[C = 0]`)}`,
  }),
  'not-in-pipe': error<{ name: string }>({
    message: ({ name }) => `${code(name)} can't stand after \`|>\`: its arguments are no values`,
  }),
  recursion: error<{ name: string }>({
    message: ({ name }) => `${code(name)} calls itself, and functions are worked out in place`,
    hint: () => 'a loop along an axis is a `fold` or a `scan`',
  }),
  'argument-count': error<{ of: string; wanted: string; given: number }>({
    message: ({ of, wanted, given }) =>
      `${code(of)} takes ${wanted}, and ${given} ${given === 1 ? 'is' : 'are'} given`,
  }),
  'argument-missing': error<{ of: string; names: readonly string[] }>({
    message: ({ of, names }) => `${code(of)} needs ${alternatives(names.map(code), 'and')}`,
    hint: ({ names }) => {
      const [name] = names
      return name === undefined
        ? undefined
        : `give it by position or by name: ${code(`${name} = …`)}`
    },
  }),
  'argument-twice': error<{ name: string }>({
    message: ({ name }) => `${code(name)} is given twice`,
  }),
  'argument-lacks-axis': error<{
    name: string
    of: string
    text: string
    axis: string
    axes: string
  }>({
    message: ({ name, of, text, axis, axes }) =>
      of === 'let'
        ? `${code(name)} is declared with an axis ${code(axis)}, but ${code(text)} has axes ${axes}`
        : `${code(of)} needs ${code(axis)} in its argument ${code(name)}, but ${code(text)} has axes ${axes}`,
  }),
  'unknown-option': error<{ name: string; of: string; near?: string; known?: readonly string[] }>({
    message: ({ name, of }) => `${code(of)} has no option ${code(name)}`,
    hint: (facts) => habits.get(facts.name) ?? meantOrKnown(facts),
  }),
  'option-kind': error<{
    name: string
    of: string
    wanted: string
    found: string
    /** The kind of a tensor that is wanted where another one is given. */
    kind?: 'int' | 'bool'
  }>({
    message: ({ name, of, wanted, found }) =>
      of === 'let' || of === 'output'
        ? `${code(name)} is declared as ${wanted}, and the value is ${found}`
        : `${code(name)} of ${code(of)} takes ${wanted}, and this is ${found}`,
    hint: ({ kind }) => {
      if (kind === undefined) return undefined
      return kind === 'int'
        ? 'an input of whole numbers is declared `int`: `input n: int[N]`'
        : 'compare it, as in `x != 0`, or declare the input `bool`: `input m: bool[N]`'
    },
  }),
  'option-not-allowed': error<{
    name: string
    of: string
    found: string
    allowed: readonly string[]
  }>({
    message: ({ name, of, found, allowed }) =>
      `${code(name)} of ${code(of)} can't be ${found}: it takes ${alternatives(allowed)}`,
  }),
  'option-out-of-range': error<{ name: string; of: string; value: string; range: string }>({
    message: ({ name, of, value, range }) =>
      `${code(name)} of ${code(of)} is ${value}, and must be ${range}`,
  }),
  'axes-do-not-fit': error<{ of: string; problem: string; made?: string }>({
    message: ({ of, problem }) => `these axes do not fit ${code(of)}: ${problem}`,
    hint: ({ made }) =>
      made === undefined
        ? undefined
        : `the axis behind the arrow is the result's, and how long it is stands where it is declared: ${code(`axis ${made} = 2`)}`,
  }),

  // ── Blocks ────────────────────────────────────────────────────────────────
  'block-without-axes': error<{ name: string; written: string }>({
    message: ({ name }) => `${code(name)} needs its axes in brackets`,
    hint: ({ written }) =>
      `it is written ${written}; sizes belong to axes, as in \`axis D = 8, H = 16\``,
  }),
  'use-not-block': error<{ text: string; noun: string }>({
    message: ({ text, noun }) => `${code(text)} is ${noun}, and \`use\` makes instances of blocks`,
    hint: () => 'a value gets a name with `let`',
  }),
  'not-a-part': error<{ text: string; noun: string }>({
    message: ({ text, noun }) =>
      `${code(text)} is ${noun}, and a chain is made of blocks and functions`,
  }),

  // ── Loops ─────────────────────────────────────────────────────────────────
  'loop-axis': error<{ name: string }>({
    message: ({ name }) => `${code(name)} runs along one axis, named in brackets`,
    hint: ({ name }) => code(`${name}[T]((carry, x) => …, start, xs)`),
  }),
  'loop-step': error<{ name: string; text: string; noun: string }>({
    message: ({ name, text, noun }) =>
      `${code(name)} needs a function of the carry and an element, and ${code(text)} is ${noun}`,
    hint: ({ name }) => code(`${name}[T]((carry, x) => carry + x, 0, xs)`),
  }),
  'loop-step-count': error<{ name: string; found: string }>({
    message: ({ name, found }) =>
      `the step of ${code(name)} takes a carry and an element, and this function takes ${found}`,
    hint: () => 'several elements, or several carries, are one tuple: `((a, b), (x, y)) => …`',
  }),
  'loop-elements': error<{ name: string; text: string; axis: string; axes: string }>({
    message: ({ name, text, axis, axes }) =>
      `${code(name)} runs along ${code(axis)}, which ${code(text)} does not have: its axes are ${axes}`,
    hint: ({ axis }) =>
      `a step may get its place instead: ${code(axis)} is 0, 1, 2, … along the axis`,
  }),
  'loop-carry-shape': error<{ name: string; start: string; next: string }>({
    message: ({ name, start, next }) =>
      `the steps of ${code(name)} start from ${start} and give ${next}: each must give what the next one takes`,
  }),
  'loop-start-axis': error<{ name: string; axis: string; text: string }>({
    message: ({ name, axis, text }) =>
      `the start ${code(text)} of ${code(name)} has the axis ${code(axis)}, along which the loop runs`,
    hint: ({ axis }) => `a start is one place's: ${code(`x[${axis} = 0]`)}`,
  }),
  'loop-carry-axis': error<{ name: string; axis: string }>({
    message: ({ name, axis }) =>
      `each step of ${code(name)} gives something along ${code(axis)}, the axis along which all steps are put in a row`,
    hint: ({ axis }) =>
      `the place of a step is an element, ${code(`(x, ${axis})`)}; another tensor's axis is renamed inside, ${code(`x[${axis} as ${axis}']`)}; and \`fold\` takes the last step alone`,
  }),
  'loop-update': error<{ name: string }>({
    message: ({ name }) =>
      `a state would be updated in each step of ${code(name)}, but an update happens once in a training step`,
    hint: () => 'carry what changes from step to step in the carry itself',
  }),
}
