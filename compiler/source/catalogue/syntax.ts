// The messages of lexing, laying out and parsing: what was expected, what was found, what to write instead.
import { alternatives, code } from '../words.ts'
import { error, note } from './entry.ts'

export const syntax = {
  // ── The file as a whole ───────────────────────────────────────────────────
  'not-text': error<object>({
    message: () => 'this is not a text file: it holds bytes that no text has',
    hint: () => 'give the path of a `.lossdsl` file',
  }),
  'file-too-large': error<{ size: number; limit: number }>({
    message: ({ size, limit }) =>
      `this file has ${size.toLocaleString('en')} characters; a file may have ${limit.toLocaleString('en')}`,
    hint: () => 'split it into several files and `import` what they share',
  }),
  'too-deep': error<{ limit: number }>({
    message: ({ limit }) =>
      `this is nested too deeply: ${limit} brackets, \`if\`s and functions may stand inside one another`,
    hint: () => 'give inner parts names with `let`',
  }),
  'tree-too-deep': error<{ limit: number }>({
    message: ({ limit }) => `this expression is nested too deeply: ${limit} levels are the most`,
    hint: () => 'give inner parts names with `let`',
  }),
  'chain-too-long': error<{ limit: number; length: number }>({
    message: ({ limit, length }) =>
      `this chain has ${length.toLocaleString('en')} parts; ${limit.toLocaleString('en')} are the most`,
    hint: () => 'use an axis and `sum`, or give parts of it names with `let`',
  }),
  'more-mistakes': note<{ shown: number }>({
    message: ({ shown }) => `only the first ${shown} mistakes of the file are shown`,
  }),

  // ── Characters and words ──────────────────────────────────────────────────
  'unknown-character': error<{ found: string }>({
    message: ({ found }) =>
      Array.from(found).length === 1
        ? `the character ${visible(found)} has no meaning here`
        : `the characters ${visible(found)} have no meaning here`,
    hint: ({ found }) =>
      characterHints.get(found[0] ?? '') ??
      (isVisible(found) ? undefined : "it can't be seen in the text; delete it"),
  }),
  'foreign-mark': error<{ found: string; wanted: string }>({
    message: ({ found, wanted }) => `${code(found)} is written ${code(wanted)} here`,
  }),
  semicolon: error<object>({
    message: () => 'there are no semicolons: each statement starts with a word of its own',
  }),
  'hash-comment': error<object>({ message: () => 'a comment starts with `//`, not with `#`' }),
  'single-quotes': error<object>({ message: () => 'strings stand in double quotes' }),
  'unterminated-string': error<object>({
    message: () => 'this string is never closed',
    hint: () => 'a string ends with `"` on the line where it starts',
  }),
  'unterminated-comment': error<object>({
    message: () => 'this comment is never closed',
    hint: () => 'a comment that starts with `/*` ends with `*/`',
  }),
  'foreign-letters': error<{ word: string }>({
    message: ({ word }) => `the name ${code(word)} has letters that names can't have`,
    hint: () => 'names are made of the letters a to z and A to Z, digits and `_`',
  }),
  'prime-inside-name': error<{ name: string }>({
    message: ({ name }) => `a prime can only end a name, but ${code(name)} has one inside`,
  }),
  'primed-name': error<{ name: string }>({
    message: ({ name }) => `only the name of an axis can end in a prime, not ${code(name)}`,
  }),
  'missing-times': error<{ number: string; next: string }>({
    message: ({ number, next }) => `there is no operator between ${code(number)} and ${code(next)}`,
    hint: () => 'products are written with `*`',
  }),
  'bare-point': error<object>({
    message: () => 'a number has digits on both sides of its point',
    hint: () => 'write `0.5`, not `.5`, and `1` or `1.0`, not `1.`',
  }),
  'number-too-large': error<{ number: string }>({
    message: ({ number }) => `${code(number)} is too large for a number`,
    hint: () => 'infinity is written `inf`',
  }),
  'reserved-name': error<{ word: string }>({
    message: ({ word }) => `${code(word)} is a word of the language and can't be a name`,
    hint: ({ word }) =>
      word === 'axis'
        ? 'the axes that a function works on stand in brackets: `softmax[C](x)`'
        : `choose another name, such as ${code(`${word}_`)}`,
  }),

  // ── Brackets ──────────────────────────────────────────────────────────────
  'unclosed-bracket': error<{
    open: string
    wanted: string
    next: string | undefined
    inComment: boolean
  }>({
    message: ({ wanted, next }) =>
      `${code(wanted)} is missing before ${next === undefined ? 'the end of the file' : code(next)}`,
    hint: ({ inComment }) =>
      inComment ? '`//` starts a comment; whole division is written `div`' : undefined,
  }),
  'wrong-bracket': error<{ open: string; found: string; wanted: string }>({
    message: ({ open, found, wanted }) =>
      `${code(open)} is closed by ${code(wanted)}, not by ${code(found)}`,
  }),
  'stray-bracket': error<{ found: string }>({
    message: ({ found }) => `this ${code(found)} closes nothing`,
  }),

  // ── Statements ────────────────────────────────────────────────────────────
  'missing-word': error<{ name: string }>({
    message: () => 'a statement starts with a word that says what it is',
    hint: ({ name }) => `try ${code(`let ${name} = …`)}`,
  }),
  'misspelt-word': error<{ found: string; wanted: string }>({
    message: ({ found }) => `no statement starts with ${code(found)}`,
    hint: ({ wanted }) => `did you mean ${code(wanted)}?`,
  }),
  'expected-statement': error<{ found: string; hint?: string }>({
    message: ({ found }) => `expected a statement, found ${found}`,
    hint: ({ hint }) => hint ?? 'a statement starts with a word such as `let`, `input` or `loss`',
  }),
  'misplaced-statement': error<{ word: string; place: string; allowed: readonly string[] }>({
    message: ({ word, place }) => `${code(word)} can't stand in ${place}`,
    hint: ({ allowed, place }) =>
      `in ${place} stand ${alternatives(
        allowed.map((word) => code(word)),
        'and',
      )}`,
  }),

  // ── Inside statements ─────────────────────────────────────────────────────
  expected: error<{ wanted: readonly string[]; found: string; hint?: string }>({
    message: ({ wanted, found }) => `expected ${alternatives(wanted)}, found ${found}`,
    hint: ({ hint }) => hint,
  }),
  'expected-end': error<{ found: string; hint?: string }>({
    message: ({ found }) => `expected the statement to end here, found ${found}`,
    hint: ({ hint }) => hint,
  }),
  'axis-comma': error<{ axis: string }>({
    message: ({ axis }) => `a comma is missing before ${code(axis)}`,
    hint: () => 'a comma stands between axes: `axis N, D, C = 10`',
  }),
  'equality-for-equals': error<object>({
    message: () => '`==` compares; a name gets its value by `=`',
  }),
  'equals-for-equality': error<object>({
    message: () => '`=` gives a name its value; to compare, write `==`',
  }),
  'index-without-axis': error<{ found: string; isExpression: boolean }>({
    message: ({ found }) => `an index says along which axis it goes, found ${found}`,
    hint: ({ isExpression }) =>
      'write `x[T = 0]` for an index, `x[T = T1 + 1]` for a slice along a shorter axis' +
      (isExpression ? '; arguments of a function stand in parentheses: `f(x, y)`' : ''),
  }),
  'number-for-axis': error<{ found: string }>({
    message: ({ found }) => `axes stand here by their names, found ${found}`,
    hint: () => 'sizes belong to axes: write `axis D = 8, H = 16`, and then `Linear[D -> H]`',
  }),
  'position-after-name': error<object>({
    message: () => 'arguments by position come before those by name',
    hint: () => 'write `f(x, y, option = 2)`, or give the name of this one too',
  }),
  'mixed-bracket': error<object>({
    message: () => "axes for a function and indices can't stand in the same brackets",
    hint: () => 'an index has the form `T = 0`, `T as S`, `+T` or `else 0`',
  }),
  'second-else': error<object>({
    message: () => 'one `else` serves all indices of the brackets; this is the second',
  }),
  'index-in-pipe': error<object>({
    message: () => 'right of `|>` stands a function, and a function has no indices',
    hint: () => 'put parentheses around what comes before and index it: `(x |> f)[T = 0]`',
  }),
  'list-without-axis': error<object>({
    message: () => 'a list of numbers needs the axis along which they lie',
    hint: () => 'write `[0.1, 0.2] over K`; a tuple stands in parentheses: `(0.1, 0.2)`',
  }),
  'chained-comparison': error<{ first: string; operator: string }>({
    message: () => "comparisons don't chain",
    hint: ({ first, operator }) =>
      `write ${code(`a ${first} b and b ${operator} c`)}, or use parentheses`,
  }),
  'misplaced-not': error<object>({
    message: () => '`not` binds more loosely than what stands before it',
    hint: () => 'put parentheses around it: `(not x)`',
  }),
} as const

/** Characters as a person can see them: invisible ones by their code. */
function visible(text: string): string {
  const characters = Array.from(text)
  const shown = characters.slice(0, 10).map((character) => {
    if (isVisible(character)) return character
    return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
  })
  return code(shown.join('') + (characters.length > shown.length ? '…' : ''))
}

function isVisible(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text)
}

const characterHints = new Map([
  ['?', 'a choice is written `if condition then a else b`'],
  ['@', 'a matrix product is written `dot[I](a, b)`, over the axis that both share'],
  ['&', 'both of two conditions is written `and`'],
  ['$', 'names are made of letters, digits and `_`'],
  ["'", 'strings stand in double quotes; a prime stands directly behind the name of an axis'],
  ['`', 'strings stand in double quotes'],
  ['“', 'strings stand in straight double quotes: `"`'],
  ['”', 'strings stand in straight double quotes: `"`'],
  ['∞', 'infinity is written `inf`'],
  ['\\', 'a statement may go on over several lines without a mark'],
])
