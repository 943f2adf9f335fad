// Messages about axes: which there are, how they align, and how long they are.
import { alternatives, code } from '../words.ts'
import { error } from './entry.ts'
import { meant } from './names.ts'

export const axes = {
  'unknown-axis': error<{ axis: string; isValue: boolean; near?: string }>({
    message: ({ axis, isValue }) =>
      isValue ? `${code(axis)} is a value, and no axis` : `there is no axis ${code(axis)}`,
    hint: ({ near, axis, isValue }) => {
      if (near !== undefined) return meant({ near })
      return isValue
        ? 'axes stand in brackets, and arguments in parentheses: `f[C](x, y)`'
        : `declare it: ${code(`axis ${axis}`)}`
    },
  }),
  'axis-unsettled': error<{ axis: string; of: string }>({
    message: ({ axis, of }) => `${code(of)} can't tell which axis its ${code(axis)} is`,
    hint: ({ axis, of }) => `say so in brackets: ${code(`${of}[${axis}](…)`)}`,
  }),
  'axis-not-inferred': error<{ of: string; axis: string; name: string }>({
    message: ({ of, axis, name }) =>
      `the argument ${code(name)} of ${code(of)} does not say over which axis it sums to 1, so ${code(of)} can't tell which axis its ${code(axis)} is`,
    hint: ({ of, axis }) => `say so in brackets: ${code(`${of}[${axis}](…)`)}`,
  }),
  'axis-twice': error<{ axis: string }>({
    message: ({ axis }) => `the axis ${code(axis)} stands here twice`,
    hint: ({ axis }) => `a second axis of the same size is its twin, ${code(`${axis}'`)}`,
  }),
  'list-for-axis': error<{ name: string; axes: readonly string[] }>({
    message: ({ name, axes: members }) =>
      members.length === 0
        ? `${code(name)} is a list of axes, and an empty one, where one axis is wanted`
        : `${code(name)} is a list of the axes ${alternatives(members.map(code), 'and')}, where one axis is wanted`,
  }),
  'over-in-file': error<{ axis: string }>({
    message: ({ axis }) =>
      `${code(axis)} can't be made \`over\` an axis here: that is for lists of axes, in functions`,
  }),

  // ── Alignment ─────────────────────────────────────────────────────────────
  'axes-apart': error<{
    first: string
    second: string
    firstAxes: string
    secondAxes: string
    spread?: string
  }>({
    message: ({ first, second, firstAxes, secondAxes }) =>
      `${code(first)} has axes ${firstAxes} and ${code(second)} has axes ${secondAxes}: neither has all axes of the other, so they do not combine`,
    hint: ({ spread }) =>
      spread === undefined
        ? 'if every pair is meant, spread one of them along the axis that it lacks: `a[+M]`'
        : `if every pair is meant, spread one of them: ${code(spread)}`,
  }),
  'coordinate-for-size': error<{ axis: string; other: string; axes: string; isInLoop: boolean }>({
    message: ({ axis, other, axes: present }) =>
      `${code(axis)} here is the coordinate 0, 1, 2, … along ${axis}, an axis that ${code(other)} with its axes ${present} lacks`,
    hint: ({ axis, isInLoop }) => {
      const length = `the length of the axis is ${code(`size(${axis})`)}`
      return isInLoop
        ? `a step of the loop is given its place as an element: ${code(`fold[${axis}]((h, (v, t)) => …, 0, (x, ${axis}))`)}; ${length}`
        : length
    },
  }),
  'axis-missing': error<{ text: string; axis: string; axes: string; of?: string }>({
    message: ({ text, axis, axes: present, of }) =>
      `${code(text)} has no axis ${code(axis)}${of === undefined ? '' : ` for ${code(of)} to run over`}: its axes are ${present}`,
  }),
  'dot-lacks-axis': error<{ axis: string; operands: readonly string[] }>({
    message: ({ axis, operands }) =>
      `none of ${alternatives(operands.map(code), 'and')} has the axis ${code(axis)} to sum over`,
  }),
  'dot-without-axes': error<{ shared: readonly string[]; operands: readonly string[] }>({
    message: () => `${code('dot')} needs the axes to sum over in brackets`,
    hint: ({ shared, operands }) => {
      const axis = shared.at(-1) ?? 'D'
      const plain = operands.join(', ')
      const written = `as ${code(`dot[${axis}](${plain})`)}`
      return shared.length === 0
        ? `${written}; without any, ${code(`dot[](${plain})`)}`
        : `${written}: ${alternatives(operands.map(code), 'and')} share ${alternatives(shared.map(code), 'and')}`
    },
  }),
  'argmax-one-axis': error<{ name: string; axes: readonly string[] }>({
    message: ({ name, axes: given }) =>
      given.length === 0
        ? `${code(name)} runs over one axis, and there is none`
        : `${code(name)} runs over one axis, not over ${alternatives(given.map(code), 'and')}`,
    hint: ({ name }) =>
      `name it: ${code(`${name}[C](x)`)}; several are merged first: ${code('x[(H, W) as P]')}`,
  }),
  'let-axes-differ': error<{ text: string; axes: string; wanted: string }>({
    message: ({ text, axes: present, wanted }) =>
      `the value is declared ${wanted}, but ${code(text)} has axes ${present}`,
  }),
  'initial-axes-differ': error<{ text: string; axes: string; wanted: string }>({
    message: ({ text, axes: present, wanted }) =>
      `${code(text)} has axes ${present}, which do not fit into ${wanted}`,
  }),

  // ── Sizes ─────────────────────────────────────────────────────────────────
  'sizes-differ': error<{ message: string; isCertain: boolean }>({
    message: ({ message }) => message,
    hint: ({ isCertain }) =>
      isCertain
        ? undefined
        : 'the two sizes are independent of each other; declare one by the other, as `axis K = 2 * C`',
  }),
  'not-divisible': error<{ left: string; right: string }>({
    message: ({ left, right }) => `${left}, which is not a multiple of ${right}`,
  }),
  'division-by-zero': error<{ text: string }>({
    message: ({ text }) => `${code(text)} is 0, and whole numbers can't be divided by it`,
  }),
  'split-differs': error<{ axis: string; size: string; parts: string }>({
    message: ({ axis, size, parts }) =>
      `${code(axis)} has size ${size}, and can't be split into ${parts}`,
  }),
  'split-unsettled': error<{ axis: string; parts: readonly string[] }>({
    message: ({ axis, parts }) =>
      `splitting ${code(axis)} can't tell the sizes of ${alternatives(parts.map(code), 'and')}: one of them may be open`,
    hint: ({ parts }) => `give the others a size: ${code(`axis ${parts[0] ?? 'A'} = 4`)}`,
  }),
  'reshape-unclear': error<{ from: string; to: string }>({
    message: ({ from, to }) => `${from} as ${to} is neither a renaming, nor a merge, nor a split`,
    hint: () => 'merge first, then split: `x[(A, B) as P][P as (C, D)]`',
  }),
  'axis-empty': error<{ axis: string; of: string; size: string; parts: readonly string[] }>({
    message: ({ axis, of, size, parts }) =>
      `${code(of)} would make ${code(axis)} an axis of size ${size}` +
      (parts.length === 0 ? '' : `: ${alternatives(parts, 'and')}`),
    hint: () => 'a window must fit into what it slides over',
  }),
  'size-of-itself': error<{ axis: string }>({
    message: ({ axis }) => `the size of ${code(axis)} depends on itself`,
  }),
  'size-negative': error<{ axis: string }>({
    message: ({ axis }) => `the size of ${code(axis)} is negative`,
  }),
  'not-a-size': error<{ what: string; found: string }>({
    message: ({ what, found }) =>
      `${what} must be a whole number made of numbers and axes, and this is ${found}`,
  }),
  'size-of-axis': error<{ name: string }>({
    message: ({ name }) => `${code(name)} takes one axis: ${code(`${name}(C)`)}`,
  }),
  'given-axis': error<{ axis: string; near?: string }>({
    message: ({ axis }) => `a size is given for ${code(axis)}, an axis that this file doesn't have`,
    hint: meant,
  }),
  'given-size': error<{ axis: string; size: string }>({
    message: ({ axis, size }) => `the size given for ${code(axis)} is ${size}, and no whole number`,
  }),
  'reduction-of-nothing': error<{ name: string; axis: string }>({
    message: ({ name, axis }) =>
      `${code(name)} over ${code(axis)}, which has size 0, is of nothing`,
  }),

  // ── Indexing ──────────────────────────────────────────────────────────────
  'index-not-whole': error<{ text: string; noun: string; axis: string }>({
    message: ({ text, noun, axis }) =>
      `${code(text)} is ${noun}, and an index along ${code(axis)} is a whole number: int, class or coordinate`,
    hint: ({ axis }) => `declare the input ${code(`class(${axis})`)} or \`int\``,
  }),
  'index-outside': error<{
    text: string
    axis: string
    size: string
    low: string
    high: string
    /** The index is made of the axis' size, which may be 0. */
    mayBeEmpty: boolean
    moved?: readonly string[]
  }>({
    message: ({ text, axis, size, low, high, moved }) => {
      const range = `it runs from ${low} to ${high}, and ${code(axis)} has places 0 to ${size} - 1`
      if (moved === undefined) {
        return `the index ${code(text)} may fall outside ${code(axis)}: ${range}`
      }
      const why =
        moved.length === 0
          ? 'the condition that bounds it does not stand between it and all that uses it'
          : `the condition around bounds it at one place along ${moved.map(code).join(', ')}, and this reads others too`
      return `the index ${code(text)} may fall outside ${code(axis)}: ${why}; there ${range}`
    },
    hint: ({ axis, moved, mayBeEmpty }) =>
      moved === undefined
        ? 'say what stands outside: `, else 0`' +
          (mayBeEmpty
            ? `; that serves a ${code(axis)} of size 0 too, which has no place to read at`
            : '')
        : 'move the `if` to where the index is, or say what stands outside: `, else 0`',
  }),
  'index-negative': error<{ text: string; axis: string }>({
    message: ({ text, axis }) => `the index ${code(text)} along ${code(axis)} is negative`,
    hint: () => 'only a literal such as `-1` counts from the end',
  }),
  'index-beyond': error<{ text: string; axis: string; size: string }>({
    message: ({ text, axis, size }) =>
      `the index ${code(text)} lies outside ${code(axis)}, which has size ${size}`,
  }),
  'more-than-there-are': error<{
    name: string
    from: string
    to: string
    there: string
    wanted: string
  }>({
    message: ({ name, from, to, there, wanted }) =>
      `${code(name)} picks as many as ${code(to)} has, ${wanted}, and ${code(from)} has only ${there}`,
  }),
  'spread-present': error<{ text: string; axis: string }>({
    message: ({ text, axis }) => `${code(text)} has the axis ${axis} already`,
    hint: ({ axis }) => `its twin ${code(`${axis}'`)} is another axis of the same size`,
  }),
  'made-axis-present': error<{ text: string; axis: string; of: string }>({
    message: ({ text, axis, of }) =>
      `${code(text)} has the axis ${code(axis)} already, which ${code(of)} makes: the result would be a diagonal`,
    hint: ({ axis }) =>
      `if another axis of the same size is meant, write its twin right of the arrow: ${code(`-> ${axis}'`)}`,
  }),
  'rename-to-present': error<{ text: string; axis: string; from: string }>({
    message: ({ text, axis }) => `${code(text)} has an axis ${code(axis)} already`,
    hint: ({ axis, from }) => `for the diagonal, index: ${code(`[${from} = ${axis}]`)}`,
  }),
  'not-indexable': error<{ text: string; noun: string }>({
    message: ({ text, noun }) => `${code(text)} is ${noun}, and has no axes to index`,
  }),
} as const
