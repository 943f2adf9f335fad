// The words and marks of the language, as chevrotain token types, each with the label that messages use.
import { createToken, Lexer, type TokenType } from 'chevrotain'

/** Ordinary names. The contextual words below are names too. */
export const Name = createToken({
  name: 'Name',
  pattern: /[A-Za-z_][A-Za-z0-9_]*'*/,
  label: 'a name',
})

/** A word that means something only in its place and is a name everywhere else. */
function contextual(word: string): TokenType {
  return createToken({
    name: word,
    pattern: word,
    longer_alt: Name,
    categories: Name,
    label: `\`${word}\``,
  })
}

export const Apply = contextual('apply')
export const Derivative = contextual('derivative')
export const Over = contextual('over')
export const Is = contextual('is')

function reserved(word: string, categories: TokenType[] = []): TokenType {
  return createToken({
    name: word,
    pattern: word,
    longer_alt: Name,
    categories,
    label: `\`${word}\``,
  })
}

function mark(name: string, text: string, categories: TokenType[] = []): TokenType {
  return createToken({ name, pattern: text, categories, label: `\`${text}\`` })
}

// ── Classes of tokens ───────────────────────────────────────────────────────

/** Between two operands; precedence.ts sorts them out. */
export const BinaryOperator = createToken({
  name: 'BinaryOperator',
  pattern: Lexer.NA,
  label: 'an operator',
})
/** Before an operand. */
export const PrefixOperator = createToken({
  name: 'PrefixOperator',
  pattern: Lexer.NA,
  label: '`-` or `not`',
})
/** `true false none inf pi`. */
export const Constant = createToken({
  name: 'Constant',
  pattern: Lexer.NA,
  label: 'a constant',
})
/** A word that begins a statement. */
export const StatementWord = createToken({
  name: 'StatementWord',
  pattern: Lexer.NA,
  label: 'a statement',
})

// ── Reserved words ──────────────────────────────────────────────────────────

const statementWord = [StatementWord]
export const Import = reserved('import', statementWord)
export const Export = reserved('export', statementWord)
export const Axis = reserved('axis', statementWord)
export const Const = reserved('const', statementWord)
export const Fn = reserved('fn', statementWord)
export const Block = reserved('block', statementWord)
export const Input = reserved('input', statementWord)
export const Param = reserved('param', statementWord)
export const State = reserved('state', statementWord)
export const Use = reserved('use', statementWord)
export const Let = reserved('let', statementWord)
export const Update = reserved('update', statementWord)
export const Output = reserved('output', statementWord)
export const Loss = reserved('loss', statementWord)
export const Metric = reserved('metric', statementWord)
export const Minimize = reserved('minimize', statementWord)
export const Maximize = reserved('maximize', statementWord)
export const Optimizer = reserved('optimizer', statementWord)

export const From = reserved('from')
export const As = reserved('as')
export const Wrt = reserved('wrt')
export const With = reserved('with')
export const Return = reserved('return')
export const If = reserved('if')
export const Then = reserved('then')
export const Else = reserved('else')
export const Or = reserved('or', [BinaryOperator])
export const And = reserved('and', [BinaryOperator])
export const Div = reserved('div', [BinaryOperator])
export const Not = reserved('not', [PrefixOperator])

const constantWords = ['true', 'false', 'none', 'inf', 'pi'].map((word) =>
  reserved(word, [Constant]),
)

// ── Literals ────────────────────────────────────────────────────────────────

export const NumberToken = createToken({
  name: 'Number',
  pattern: /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*)?(?:[eE][+-]?\d+)?/,
  label: 'a number',
})
/** No escapes: what stands between the quotes is the text. */
export const StringToken = createToken({
  name: 'String',
  pattern: /"[^"\r\n]*"/,
  label: 'a string',
})

// ── Marks ───────────────────────────────────────────────────────────────────

export const LeftParen = mark('LeftParen', '(')
export const RightParen = mark('RightParen', ')')
export const LeftBracket = mark('LeftBracket', '[')
export const RightBracket = mark('RightBracket', ']')
export const LeftBrace = mark('LeftBrace', '{')
export const RightBrace = mark('RightBrace', '}')
/** Where a statement ends. No mark of the language: layout.ts finds the places and puts one there. */
export const End = createToken({
  name: 'End',
  pattern: Lexer.NA,
  label: 'the end of the statement',
})
/** A `(` whose `)` stands before `=>`: it opens a lambda. layout.ts finds them. */
export const LambdaParen = createToken({ name: 'LambdaParen', pattern: Lexer.NA, label: '`(`' })
/** A name that stands before `=>`. */
export const LambdaName = createToken({ name: 'LambdaName', pattern: Lexer.NA, label: 'a name' })

export const Pipe = mark('Pipe', '|>')
export const Bar = mark('Bar', '|')
export const FatArrow = mark('FatArrow', '=>')
export const Arrow = mark('Arrow', '->')
export const Equal = mark('Equal', '==', [BinaryOperator])
export const NotEqual = mark('NotEqual', '!=', [BinaryOperator])
export const LessEqual = mark('LessEqual', '<=', [BinaryOperator])
export const GreaterEqual = mark('GreaterEqual', '>=', [BinaryOperator])
export const Less = mark('Less', '<', [BinaryOperator])
export const Greater = mark('Greater', '>', [BinaryOperator])
export const Equals = mark('Equals', '=')
export const Plus = mark('Plus', '+', [BinaryOperator])
export const Minus = mark('Minus', '-', [BinaryOperator, PrefixOperator])
export const Times = mark('Times', '*', [BinaryOperator])
export const Divide = mark('Divide', '/', [BinaryOperator])
export const Remainder = mark('Remainder', '%', [BinaryOperator])
export const Power = mark('Power', '^', [BinaryOperator])
export const Ellipsis = mark('Ellipsis', '...')
export const Dot = mark('Dot', '.')
export const Comma = mark('Comma', ',')
export const Colon = mark('Colon', ':')
export const Tilde = mark('Tilde', '~')

// ── What the parser never sees ──────────────────────────────────────────────

const WhiteSpace = createToken({
  name: 'WhiteSpace',
  pattern: /[\s\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
})

/** All comments go to this group of the lexer's result. */
export const COMMENTS = 'comments'
export const LineComment = createToken({
  name: 'LineComment',
  pattern: /\/\/[^\r\n]*/,
  group: COMMENTS,
})
/** By hand: a backtracking expression would need memory for every character of a long comment. */
export const BlockComment = createToken({
  name: 'BlockComment',
  pattern: (text, offset) => {
    if (!text.startsWith('/*', offset)) return null
    const end = text.indexOf('*/', offset + 2)
    return end < 0 ? null : [text.slice(offset, end + 2)]
  },
  start_chars_hint: ['/'],
  line_breaks: true,
  group: COMMENTS,
})

// ── Habits from other languages, which lex.ts mends ─────────────────────────

export interface Habit {
  readonly token: TokenType
  /** What is meant; its text is the fix. */
  readonly means: { readonly token: TokenType; readonly text: string }
}

function foreign(pattern: RegExp): TokenType {
  return createToken({ name: `Foreign ${pattern.source}`, pattern })
}

function habit(pattern: RegExp, token: TokenType, text: string): Habit {
  return { token: foreign(pattern), means: { token, text } }
}

export const Semicolons = foreign(/;+/)
export const HashComment = foreign(/#[^\r\n]*/)
export const SingleQuoted = foreign(/'[^'\r\n]*'/)
/** Guesses that the text ends before the next mark that a call or a list would need. */
export const UnterminatedString = foreign(/"[^"\r\n,()[\]{}|]*/)
/** The rest of the file, so that it is searched for an end only once. */
export const UnterminatedComment = createToken({
  name: 'UnterminatedComment',
  pattern: (text, offset) => (text.startsWith('/*', offset) ? [text.slice(offset)] : null),
  start_chars_hint: ['/'],
  line_breaks: true,
})
/** A word with letters beyond ASCII. */
export const ForeignWord = foreign(
  /[A-Za-z0-9_]*[\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u1FFF\u3040-\uD7FF][A-Za-z0-9_\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u1FFF\u3040-\uD7FF]*'*/,
)

/** One mark for another. */
export const habits: readonly Habit[] = [
  habit(/===/, Equal, '=='),
  habit(/!==/, NotEqual, '!='),
  habit(/<>/, NotEqual, '!='),
  habit(/&&/, And, 'and'),
  habit(/\|\|/, Or, 'or'),
  habit(/\*\*/, Power, '^'),
  habit(/:=/, Equals, '='),
  habit(/!(?!=)/, Not, 'not '),
  habit(/≤/, LessEqual, '<='),
  habit(/≥/, GreaterEqual, '>='),
  habit(/≠/, NotEqual, '!='),
  habit(/[−–—]/, Minus, '-'),
  habit(/[×·∙⋅]/, Times, '*'),
  habit(/÷/, Divide, '/'),
  habit(/→/, Arrow, '->'),
  habit(/⇒/, FatArrow, '=>'),
]

/** In the order in which the lexer tries them: longer marks before their beginnings, words before names. */
export const vocabulary: TokenType[] = [
  [WhiteSpace, LineComment, BlockComment, UnterminatedComment],
  [StringToken, UnterminatedString, SingleQuoted, Semicolons, HashComment],
  habits.map(({ token }) => token),
  [ForeignWord],
  [Import, Export, Axis, Const, Fn, Block, Input, Param, State, Use, Let, Update, Output],
  [Loss, Metric, Minimize, Maximize, Optimizer],
  [From, As, Wrt, With, Return, If, Then, Else, Or, And, Div, Not],
  constantWords,
  [Apply, Derivative, Over, Is, Name, NumberToken],
  [Pipe, FatArrow, Arrow, Equal, NotEqual, LessEqual, GreaterEqual],
  [Bar, Less, Greater, Equals, Ellipsis, Dot, Comma, Colon, Tilde],
  [Plus, Minus, Times, Divide, Remainder, Power],
  [LeftParen, RightParen, LeftBracket, RightBracket, LeftBrace, RightBrace],
  [LambdaParen, LambdaName, End, BinaryOperator, PrefixOperator, Constant, StatementWord],
].flat()
