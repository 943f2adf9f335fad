// What the parser could not read → a message for the person who wrote it.
import type { IRecognitionException, IToken } from 'chevrotain'
import { diagnose } from '../source/catalogue.ts'
import type { Diagnostic } from '../source/diagnostic.ts'
import type { Span } from '../source/span.ts'
import { code } from '../source/words.ts'
import { endOf, isOneOf, spanOf } from './place.ts'
import * as t from './tokens.ts'

/** One slip: where reading stopped, and what would have been accepted there. */
interface Slip {
  readonly path: string
  readonly span: Span
  readonly found: IToken
  readonly previous: IToken | undefined
  readonly next: IToken | undefined
  /** The grammar's rule that was being read. */
  readonly rule: string
  /** The token that had to come; absent where several might have. */
  readonly wanted: string | undefined
  /** The bracket that is open here, in the statement. */
  readonly opener: IToken | undefined
  /** The word that began the statement. */
  readonly word: IToken | undefined
}

/** How each statement is written; shown when its shape was missed. */
const shapes = new Map([
  [t.Import, 'import { name } from "./file.lossdsl"'],
  [t.Axis, 'axis N, C = 10'],
  [t.Const, 'const beta = 0.5'],
  [t.Input, 'input x: [N, D]'],
  [t.Param, 'param w: [D, H] ~ kaiming_uniform()'],
  [t.State, 'state m: [C] = 0'],
  [t.Update, 'update m = 0.9 * m + 0.1 * x'],
  [t.Use, 'use hidden = Linear[D -> H]'],
  [t.Let, 'let z = relu(x)'],
  [t.Output, 'output y: [N, C] = softmax[C](z)'],
  [t.Loss, 'loss train = mean(squared_error(y, target))'],
  [t.Metric, 'metric accuracy = mean(argmax[C](z) == digit)'],
  [t.Minimize, 'minimize train with adam(lr = 1e-3)'],
  [t.Maximize, 'maximize score with adam(lr = 1e-3)'],
  [t.Export, 'export fn f(x: [N]) = sum(x)'],
  [t.Fn, 'fn f(x, scale = 2) = scale * x'],
  [t.Block, 'block Scale[D]() { param s: [D] = 1 apply(x: [D]) = s * x }'],
  [t.Optimizer, 'optimizer descent(lr: schedule) { update parameter = parameter - lr * gradient }'],
  [t.Apply, 'apply(x: [D]) = s * x'],
])

/** Statements whose type is the last thing that they must have. */
const typed = [t.Input, t.Param, t.State]

const labels = new Map(t.vocabulary.map((type) => [type.name, type.LABEL ?? type.name]))
const closers = new Set([t.RightParen.name, t.RightBracket.name])
const openers = [t.LeftParen, t.LambdaParen, t.LeftBracket]

/** The message for one exception of the parser, which read these tokens. */
export function explain(
  error: IRecognitionException,
  tokens: readonly IToken[],
  path: string,
): Diagnostic {
  const position = tokens.indexOf(error.token)
  const index = position < 0 ? tokens.length - 1 : position
  const previous = tokens[index - 1]
  const found = tokens[index] ?? error.token
  const atEnd = found.tokenType === t.End && previous !== undefined
  const end = atEnd ? endOf(previous) : found.startOffset
  return messageFor({
    path,
    span: atEnd || endOf(found) <= found.startOffset ? { start: end, end } : spanOf(found),
    found,
    previous,
    next: tokens[index + 1],
    rule: error.context.ruleStack.at(-1) ?? '',
    wanted: error.name === 'MismatchedTokenException' ? error.message : undefined,
    opener: openBracket(tokens, index),
    word: tokens.slice(0, index).findLast((token) => shapes.has(token.tokenType)),
  })
}

function openBracket(tokens: readonly IToken[], index: number): IToken | undefined {
  let closed = 0
  for (let i = index - 1; i >= 0; i--) {
    const token = tokens[i]
    if (isOneOf(token, [t.RightParen, t.RightBracket, t.RightBrace])) closed++
    else if (isOneOf(token, [...openers, t.LeftBrace]) && --closed < 0) return token
  }
  return undefined
}

function messageFor(slip: Slip): Diagnostic {
  const { found, path, span, wanted, rule, previous } = slip
  const at = { path, span }
  const what = describe(found)

  if (rule === 'statement' && wanted === undefined) {
    return diagnose('expected-statement', at, { found: what, ...hintOf(hintForStatement(slip)) })
  }
  if (wanted === t.Equals.name && found.tokenType === t.Equal) {
    const edits = [{ path, span, text: '=' }]
    return diagnose('equality-for-equals', at, {}, { fix: { message: 'write `=`', edits } })
  }
  if (found.tokenType === t.Equals && isOneOf(previous, operandEnds) && endsOperand(wanted)) {
    const edits = [{ path, span, text: '==' }]
    return diagnose('equals-for-equality', at, {}, { fix: { message: 'write `==`', edits } })
  }
  const wantsName = wanted === t.Name.name || (wanted === undefined && rule === 'pattern')
  if (wantsName && /^[a-z]+$/.test(found.image) && !isOneOf(found, [t.Name, t.LambdaName])) {
    return diagnose('reserved-name', at, { word: found.image })
  }
  if (isNumberForAxis(slip)) return diagnose('number-for-axis', at, { found: what })
  if (isIndexWithoutAxis(slip)) {
    const isExpression = isOneOf(found, [t.LeftParen, t.BinaryOperator])
    return diagnose('index-without-axis', at, { found: what, isExpression })
  }
  if (wanted === t.End.name && rule !== 'braces') {
    return diagnose('expected-end', at, { found: what, ...hintOf(hintForRest(slip)) })
  }
  const facts = { wanted: wantedWords(slip), found: what, ...hintOf(hintFor(slip)) }
  const { opener } = slip
  const isCloser = wanted !== undefined && closers.has(wanted)
  const opened = isCloser && opener !== undefined
  const label = opened ? [{ path, span: spanOf(opener), message: 'opened here' }] : []
  return diagnose('expected', at, facts, { labels: label })
}

/** Whether these stand only where an expression is complete. */
function endsOperand(wanted: string | undefined): boolean {
  return [t.End, t.Then, t.Else, t.RightParen].some(({ name }) => name === wanted)
}

const operandEnds = [
  t.Name,
  t.LambdaName,
  t.NumberToken,
  t.StringToken,
  t.Constant,
  t.RightParen,
  t.RightBracket,
]

function hintOf(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint }
}

/** What was found, so that it can stand behind "found". */
function describe(token: IToken): string {
  if (isOneOf(token, [t.End]) || Number.isNaN(token.startOffset)) return 'the end of the statement'
  if (isOneOf(token, [t.Name])) return `the name ${code(token.image)}`
  if (token.tokenType === t.LambdaName) return `the function ${code(`${token.image} => …`)}`
  if (token.tokenType === t.LambdaParen) return 'the function `(…) => …`'
  if (token.tokenType === t.NumberToken) return `the number ${code(token.image)}`
  if (token.tokenType === t.StringToken) return `the string ${code(token.image)}`
  if (/^[a-z]/.test(token.image)) return `the word ${code(token.image)}`
  return code(token.image)
}

/** What would have been accepted, so that it can stand behind "expected". */
function wantedWords({ wanted, rule, previous, opener }: Slip): readonly string[] {
  if (wanted !== undefined && closers.has(wanted)) {
    const closer = labels.get(wanted) ?? wanted
    if (isOneOf(previous, [...openers, t.Comma])) return [itemOf.get(rule) ?? 'a name', closer]
    return opener === undefined ? [closer] : ['`,`', closer]
  }
  if (wanted === t.Return.name) return ['a statement', '`return`']
  if (wanted === t.Apply.name) return ['a statement', '`apply`']
  if (rule === 'stage') return ['the name of a function']
  if (wanted !== undefined) return [labels.get(wanted) ?? wanted]
  return ruleWords.get(rule) ?? ['an expression']
}

/** What the lists of these rules hold. */
const itemOf = new Map([
  ['call', 'an argument'],
  ['bracket', 'an axis'],
  ['primary', 'an expression'],
  ['parameters', 'a parameter'],
  ['axisParameters', 'an axis'],
  ['typeAxes', 'an axis'],
])

/** What could begin these rules. */
const ruleWords = new Map([
  ['argument', ['an argument']],
  ['bracketEntry', ['an axis', 'an index']],
  ['namedEntry', ['an axis', '`(`']],
  ['pattern', ['a name', '`(`']],
  ['type', ['a kind', '`[`']],
  ['typeAlternative', ['a kind', 'a string']],
  ['axisParameter', ['a name', '`...`']],
  ['paramStatement', ['`~`', '`=`']],
  ['body', ['`=`', '`{`']],
  ['member', ['a name', 'a number']],
  ['question', ['`none`', 'a kind']],
])

// ── Hints ───────────────────────────────────────────────────────────────────

/** `x[0]`, `x[i + 1]`, `x[:, 0]`. */
function isIndexWithoutAxis({ rule, found, opener, wanted }: Slip): boolean {
  if (opener?.tokenType !== t.LeftBracket) return false
  const literals = [t.NumberToken, t.StringToken, t.Colon, t.Minus, t.Ellipsis]
  if (rule === 'bracketEntry') return isOneOf(found, literals)
  return (
    rule === 'bracket' &&
    wanted === t.RightBracket.name &&
    isOneOf(found, [...literals, t.BinaryOperator, t.LeftParen, t.LeftBracket])
  )
}

/** `Linear[8 -> 3]`; and in `use`, which indexes nothing, `Linear[8, 3]`. */
function isNumberForAxis({ rule, found, previous, next, opener, word }: Slip): boolean {
  if (opener?.tokenType !== t.LeftBracket || found.tokenType !== t.NumberToken) return false
  if (rule !== 'bracket' && rule !== 'bracketEntry') return false
  return isOneOf(previous, [t.Arrow]) || isOneOf(next, [t.Arrow]) || word?.tokenType === t.Use
}

function hintForStatement({ found, next }: Slip): string | undefined {
  const { image } = found
  if (found.tokenType === t.Return) return '`return` stands in the braces of a function'
  if (found.tokenType === t.If) return '`if c then a else b` is an expression: `let z = if …`'
  if (image === 'for' || image === 'while') {
    return 'there are no loops: axes do most of their work, `scan` and `fold` the rest'
  }
  if (isOneOf(found, [t.Name]) && next?.tokenType === t.Colon)
    return `try ${code(`input ${image}: …`)}`
  if (next?.tokenType === t.LeftParen && isOneOf(found, [t.Name])) {
    return `to give the value a name, write ${code(`let z = ${image}(…)`)}`
  }
  return undefined
}

/** Something stands behind a statement that was complete. */
function hintForRest({ found, previous, next, word }: Slip): string | undefined {
  const isCall =
    isOneOf(previous, [t.Name]) &&
    isOneOf(found, [t.Name, t.NumberToken, t.StringToken, t.Constant])
  if (word?.tokenType === t.Axis) {
    if (found.tokenType === t.Colon) return 'an axis has a size, not a type: `axis C = 10`'
  }
  if (isOneOf(word, [t.Minimize, t.Maximize]) && next?.tokenType === t.Equals) {
    return 'a comma stands before each option: `minimize r with adam(lr = 1e-3), clip_norm = 1`'
  }
  if (found.tokenType === t.Comma) {
    return isOneOf(next, [t.LambdaName])
      ? 'the parameters of a function stand in parentheses: `(a, b) => a + b`'
      : 'a tuple stands in parentheses: `(a, b)`'
  }
  if (isOneOf(found, [t.LeftParen, t.LeftBracket]) && isOneOf(word, typed)) {
    if (isOneOf(previous, [t.RightBracket])) {
      return 'the axis of a kind stands in parentheses, and those of the tensor in brackets: `class(C)[N]`'
    }
  }
  if (found.tokenType === t.FatArrow) return 'a function with a name is written `fn f(x) = …`'
  if (found.tokenType === t.Bar) {
    return 'the values an option may have are its type: `mode: "a" | "b" = "a"`'
  }
  if (found.tokenType === t.Colon) return 'a type stands directly behind the name: `let z: [N] = …`'
  if (found.tokenType === t.LeftBrace && word?.tokenType === t.Let) {
    return 'braces follow `=>` or the head of an `fn`'
  }
  if (found.tokenType === t.Wrt) return '`wrt` belongs to `loss`: `loss r = mean(y) wrt x`'
  if (isCall && previous !== undefined && found.startOffset === endOf(previous) + 1) {
    return `a call has parentheses: ${code(`${previous.image}(${found.image})`)}`
  }
  return undefined
}

function hintFor(slip: Slip): string | undefined {
  const { found, rule, wanted, word, previous, next } = slip
  const isOperand =
    wanted === undefined && (rule === 'expression' || rule === 'primary' || rule === 'argument')
  if (isOperand) {
    if (found.tokenType === t.If)
      return 'put parentheses around the `if`: `2 * (if c then a else b)`'
    if (isOneOf(found, [t.LambdaName, t.LambdaParen])) return 'put parentheses around the function'
    if (found.tokenType === t.Plus) return 'there is no sign `+`; leave it out'
    if (found.tokenType === t.LeftBrace) {
      return isOneOf(next, [t.Let, t.Return])
        ? 'braces follow `=>` or the head of an `fn`'
        : 'a vector of numbers is written `[1, 2] over K`'
    }
    if (found.tokenType === t.Times && isOneOf(previous, [t.Times])) return 'powers are written `^`'
    if (found.tokenType === t.Divide && isOneOf(previous, [t.Divide])) {
      return 'whole division is written `div`'
    }
    return undefined
  }
  if (found.tokenType === t.Bar) {
    return 'the values an option may have are its type: `mode: "a" | "b" = "a"`'
  }
  if (found.image === 'elif' || found.image === 'elseif') {
    return 'a further condition is written `else if`'
  }
  if (wanted === t.Else.name) return 'every `if` has its `else`: `if condition then a else b`'
  const isAxisList = found.tokenType === t.Comma && !isOneOf(previous, [t.RightBracket])
  if (isAxisList && (wanted === t.Equals.name || rule === 'paramStatement')) {
    return 'axes stand in brackets: `x: [N, D]`'
  }
  const isArrowForEquals =
    (rule === 'body' && found.tokenType === t.FatArrow) ||
    (rule === 'type' && found.tokenType === t.LambdaName)
  if (isArrowForEquals && word !== undefined) {
    return `behind the head of ${code(word.image)} stands \`=\`; \`=>\` makes functions without a name`
  }
  if (rule === 'type' || rule === 'typeAlternative') {
    return 'a type is a kind, axes in brackets, or both: `[N, D]`, `prob`, `class(C)[N]`'
  }
  if (rule === 'namedEntry') return 'axes are renamed by `x[T as S]`, split by `x[D as (A, B)]`'
  if (isOneOf(previous, [t.Over])) return 'behind `over` stands an axis: `[1, 2] over K`'
  if (rule === 'member') return 'behind a point stands a part of an instance: `hidden.weight`'
  if (isOneOf(previous, [t.Wrt]))
    return '`wrt` says by what to differentiate: `loss r = mean(y) wrt x`'
  if (rule === 'conditional') return 'a choice is written `if condition then a else b`'
  if (rule === 'stage')
    return 'right of `|>` stands the name of a function: `x |> f[C](option = 1)`'
  if (rule === 'question') return 'after `is` stands `none`, `class`, `prob` or another kind'
  if (rule === 'braces') return 'the braces of a function end in `return` and its result'
  if (wanted === t.RightBrace.name && word?.tokenType === t.Apply) {
    return '`apply` is the last statement of a block'
  }
  if (wanted === t.Apply.name) return 'a block ends in one `apply(x) = …`'
  if (wanted !== undefined && closers.has(wanted)) {
    if (found.tokenType === t.Arrow && slip.opener?.tokenType === t.LeftParen) {
      return 'axes stand in brackets: `Linear[D -> H]`; a function is written `x => x ^ 2`'
    }
    if (rule === 'bracket' && found.tokenType === t.LambdaName) {
      return 'from one axis to another goes `->`: `Linear[D -> H]`'
    }
    if (isOneOf(found, [t.Then, t.Else]))
      return 'a choice in brackets stands there whole: `(if c then a else b)`'
    const touches = isOneOf(previous, [t.Name]) && isOneOf(found, [t.Name, t.NumberToken])
    return touches && isOneOf(next, [t.Comma, t.RightParen]) ? 'a comma is missing here' : undefined
  }
  const shape = word === undefined ? undefined : shapes.get(word.tokenType)
  return shape === undefined || word === undefined
    ? undefined
    : `${code(word.image)} is written like ${code(shape)}`
}
