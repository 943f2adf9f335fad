// Makes a failing program smaller while it fails in the same way: without statements, with inputs for values, with terms left out.
import { variants, type Variant } from './built.ts'
import { Draw } from './draw.ts'
import { judge, type Fault } from './judge.ts'
import { countOf, textOf, without, type Program, type Statement } from './program.ts'

interface Failing {
  readonly program: Program
  readonly fault: Fault
}

/** Enough for what people read; each try compiles the program anew. */
const MOST_TRIES = 400

export async function shrink(
  program: Program,
  fault: Fault,
  wanted: readonly Variant[] = variants,
): Promise<Failing> {
  let best: Failing = { program, fault }
  let tries = 0
  let isSmaller = true
  while (isSmaller) {
    isSmaller = false
    for (const candidate of candidates(best.program)) {
      if (++tries > MOST_TRIES) return best
      if (textOf(candidate).length >= textOf(best.program).length) continue
      const { faults } = await judge(candidate, wanted)
      const same = faults.find(({ kind }) => kind === fault.kind)
      if (same === undefined) continue
      best = { program: candidate, fault: same }
      isSmaller = true
      break
    }
  }
  return best
}

function* candidates(program: Program): Generator<Program> {
  const { statements } = program
  for (const statement of statements.toReversed()) {
    yield without(program, (each) => each === statement)
  }
  for (const statement of statements) {
    for (const text of shorter(statement)) {
      yield {
        ...program,
        statements: statements.map((each) => (each === statement ? { ...each, text } : each)),
      }
    }
  }
  for (const statement of statements.toReversed()) {
    const input = asInput(statement, program)
    if (input === null) continue
    const replaced = statements.map((each) => (each === statement ? input : each))
    yield onlyReached({ ...program, statements: replaced })
  }
}

/** With a term of a sum left out, a name behind `wrt`, or a line of a body. */
function* shorter({ text, construct }: Statement): Generator<string> {
  const sum = /^((?:let|loss) \w+ = )(.*?)( wrt .*)?$/s.exec(text)
  if (sum !== null && (construct.startsWith('loss') || text.startsWith('let first'))) {
    const [, head = '', body = '', wrt = ''] = sum
    const terms = body.split(/ \+ (?=sum\(|mean\()/)
    if (terms.length > 1) {
      for (const gone of terms) yield head + terms.filter((term) => term !== gone).join(' + ') + wrt
    }
    const names = wrt.replace(' wrt ', '').split(', ')
    if (names.length > 1) {
      for (const gone of names) {
        yield `${head}${body} wrt ${names.filter((name) => name !== gone).join(', ')}`
      }
    }
  }
  const lines = text.split('\n')
  if (lines.length < 3) return
  for (const [i, line] of lines.entries()) {
    if (i === 0 || i === lines.length - 1) continue
    yield lines.filter((_, j) => j !== i).join('\n')
    const [, head] = /^(\s*let \w+ = )/.exec(line) ?? []
    if (head === undefined) continue
    const names =
      lines
        .slice(0, i)
        .join(' ')
        .match(/\b[av]\d+\b/g) ?? []
    for (const name of new Set(names)) yield lines.with(i, head + name).join('\n')
  }
}

function asInput(
  { value, defines: [name] }: Statement,
  { seed, sizes }: Program,
): Statement | null {
  if (value === undefined || name === undefined || value.kind !== 'real') return null
  const draw = new Draw(seed)
  const { axes, low, high } = value
  const data = Array.from({ length: countOf(axes, sizes) }, () =>
    Math.fround(draw.between(Math.max(low, -3), Math.min(high, 3))),
  )
  const text = `input ${name}: [${axes.join(', ')}]`
  return {
    construct: 'real input',
    text,
    defines: [name],
    input: { name, axes, data, isSmooth: true },
  }
}

/** Without values, inputs and parameters of which nothing is made. */
function onlyReached(program: Program): Program {
  let { statements } = program
  for (;;) {
    const kept = statements.filter(
      (statement, i) =>
        !/^(let|input|param|use|fn|block) /.test(statement.text) ||
        statement.defines.some((name) =>
          statements.some(({ text }, j) => i !== j && new RegExp(`\\b${name}\\b`).test(text)),
        ),
    )
    if (kept.length === statements.length) return { ...program, statements }
    statements = kept
  }
}
