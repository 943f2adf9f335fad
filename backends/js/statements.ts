// Loop nests as plain loops over typed arrays. Everything is a double until it is stored; nothing is rounded between, but
// for locals that are stored as well.
import { constantOf, constantSize, multiplySizes } from '../../compiler/graph/size.ts'
import type { Buffer, Expression, Statement } from '../../compiler/kernels/program.ts'
import { isData } from './branchless.ts'
import { indented, openBlock, type Block } from './blocks.ts'
import { expressionJs, placeJs } from './expressions.ts'
import { and, asNumber, asTruth, atom, call, numberLiteral, or, subtract, type Js } from './js.ts'
import type { KernelScope } from './kernelScope.ts'
import { placeOf } from './linear.ts'
import { commentLine } from './comments.ts'
import { unrolls, unrollSums } from './unroll.ts'

type Loop = Extract<Statement, { kind: 'loop' }>
type When = Extract<Statement, { kind: 'when' }>
type Accumulate = Extract<Statement, { kind: 'accumulate' }>
type Accumulator = Extract<Statement, { kind: 'accumulator' }>
type Sort = Extract<Statement, { kind: 'sort' }>
type Store = Extract<Statement, { kind: 'store' }>

export function writeStatements(
  statements: readonly Statement[],
  block: Block,
  scope: KernelScope,
): void {
  for (const statement of statements) writeStatement(statement, block, scope)
}

function writeStatement(statement: Statement, block: Block, scope: KernelScope): void {
  if ('comment' in statement && statement.comment !== undefined) {
    block.lines.push(commentLine(statement.comment))
  }
  switch (statement.kind) {
    case 'loop':
      return unrolls(statement)
        ? unrollSums(statement, block, scope)
        : writeLoop(statement, block, scope)
    case 'when':
      return writeWhen(statement, block, scope)
    case 'let': {
      const given = expressionJs(statement.value, block, scope)
      const isRounded =
        statement.stored === true && statement.type === 'real' && scope.precision === 'f32'
      const value = isRounded ? call('Math.fround', [asNumber(given)]) : given
      const name = scope.names.take(statement.local)
      block.lines.push(`const ${name} = ${value.text}`)
      scope.locals.set(statement.local, {
        js: atom(name, value.type),
        depth: block.depth,
        isData: isData(statement.value, scope),
      })
      return
    }
    case 'carry': {
      const value = asNumber(expressionJs(statement.value, block, scope))
      const name = scope.names.take(statement.local)
      block.lines.push(`let ${name} = ${value.text}`)
      // What depends on it must stay in the loop that comes next.
      scope.locals.set(statement.local, { js: atom(name), depth: block.depth + 1, isData: true })
      scope.changing.add(name)
      return
    }
    case 'assign': {
      const into = scope.locals.get(statement.local)?.js
      if (into === undefined) throw new Error(`${statement.local} changes before it is there`)
      const value = asNumber(expressionJs(statement.value, block, scope))
      block.lines.push(`${into.text} = ${value.text}`)
      return
    }
    case 'accumulator':
      return writeAccumulator(statement, block, scope)
    case 'accumulate':
      return writeAccumulate(statement, block, scope)
    case 'store':
      return writeStore(statement, block, scope)
    case 'sort':
      return writeSort(statement, block, scope)
    case 'fill':
      block.lines.push(
        `${scope.buffer(statement.buffer)}.fill(${numberLiteral(statement.value).text})`,
      )
      return
    default:
      return statement satisfies never
  }
}

function writeLoop(loop: Loop, block: Block, scope: KernelScope): void {
  const variable = scope.names.take(loop.variable)
  const body = openBlock(block)
  scope.variables.set(loop.variable, {
    js: atom(variable),
    depth: body.depth,
    ...(loop.from === undefined ? { extent: loop.extent } : {}),
  })
  writeStatements(loop.body, body, scope)
  block.lines.push(`for (${headOf(loop, variable, scope)}) {`, ...indented(body.lines), '}')
}

function headOf(
  { from, extent, step = 1, reversed }: Loop,
  name: string,
  scope: KernelScope,
): string {
  const end = scope.size(extent)
  if (reversed === true) {
    const known = constantOf(extent)
    const last = known === null ? subtract(end, numberLiteral(1)) : numberLiteral(known - 1)
    return `let ${name} = ${last.text}; ${name} >= 0; ${name}--`
  }
  const start = from === undefined ? '0' : scope.size(from).text
  return `let ${name} = ${start}; ${name} < ${end.text}; ${step === 1 ? `${name}++` : `${name} += ${step}`}`
}

function writeWhen(when: When, block: Block, scope: KernelScope): void {
  const condition = asTruth(expressionJs(when.condition, block, scope))
  const body = openBlock(block, 'guarded')
  writeStatements(when.body, body, scope)
  block.lines.push(`if (${condition.text}) {`, ...indented(body.lines), '}')
}

/** Where a reduction over nothing stands; argmax and argmin keep the best value so far beside its place. */
const start: Readonly<Record<Accumulator['reduction'], string>> = {
  sum: '0',
  prod: '1',
  max: '-Infinity',
  min: 'Infinity',
  any: 'false',
  all: 'true',
  argmax: '0',
  argmin: '0',
}

function writeAccumulator(statement: Accumulator, block: Block, scope: KernelScope): void {
  const { local, reduction } = statement
  const name = scope.names.take(local)
  block.lines.push(`let ${name} = ${start[reduction]}`)
  if (reduction === 'argmax' || reduction === 'argmin') {
    const best = scope.names.take(`${local}_value`)
    block.lines.push(`let ${best} = ${reduction === 'argmax' ? '-Infinity' : 'Infinity'}`)
    scope.best.set(local, best)
  }
  const type = reduction === 'any' || reduction === 'all' ? 'truth' : 'number'
  scope.locals.set(local, { js: atom(name, type), depth: block.depth, isData: true })
  scope.changing.add(name)
}

/** NaN wins every maximum and minimum and stays, as in PyTorch; so does JavaScript's, and without a branch. */
function writeAccumulate(statement: Accumulate, block: Block, scope: KernelScope): void {
  const { local, reduction, value, position } = statement
  const into = scope.locals.get(local)?.js
  if (into === undefined) throw new Error(`${local} accumulates before it is an accumulator`)
  const js = expressionJs(value, block, scope)
  const { lines } = block
  switch (reduction) {
    case 'sum':
    case 'prod':
      lines.push(`${into.text} ${reduction === 'sum' ? '+=' : '*='} ${asNumber(js).text}`)
      return
    case 'any':
      lines.push(`${into.text} = ${or(into, asTruth(js)).text}`)
      return
    case 'all':
      lines.push(`${into.text} = ${and(into, asTruth(js)).text}`)
      return
    case 'max':
    case 'min':
      lines.push(`${into.text} = Math.${reduction}(${into.text}, ${asNumber(js).text})`)
      return
    case 'argmax':
    case 'argmin': {
      if (position === undefined) throw new Error(`${reduction} without a position`)
      const at = expressionJs(position, block, scope).text
      const v = named(asNumber(js), block, scope)
      const best = scope.best.get(local) ?? ''
      const sign = reduction === 'argmax' ? '>' : '<'
      lines.push(
        `if (${v} ${sign} ${best} || (${v} !== ${v} && ${best} === ${best})) {`,
        ...indented([`${best} = ${v}`, `${into.text} = ${at}`]),
        '}',
      )
      return
    }
    default:
      return reduction satisfies never
  }
}

function writeStore(statement: Store, block: Block, scope: KernelScope): void {
  const { buffer, indices, value, accumulate } = statement
  const place = placeJs(placeOf(buffer, indices), block, scope).text
  const target = `${scope.buffer(buffer)}[${place}]`
  const js = asNumber(expressionJs(value, block, scope))
  switch (accumulate) {
    case undefined:
      block.lines.push(`${target} = ${js.text}`)
      return
    case 'sum':
    case 'prod':
      block.lines.push(`${target} ${accumulate === 'sum' ? '+=' : '*='} ${js.text}`)
      return
    case 'max':
    case 'min':
      block.lines.push(`${target} = Math.${accumulate}(${target}, ${js.text})`)
      return
    default:
      return accumulate satisfies never
  }
}

function writeSort(statement: Sort, block: Block, scope: KernelScope): void {
  const { buffer, indices, keys, axis, descending } = statement
  scope.operations.parts.add('$sort')
  const row = (of: Buffer, first: readonly Expression[]): string[] => {
    const inner = of.extents.slice(of.axes.indexOf(axis) + 1)
    const start = placeJs(placeOf(of, first), block, scope).text
    return [scope.buffer(of), start, scope.size(multiplySizes(...inner)).text]
  }
  const length = scope.size(buffer.extents[buffer.axes.indexOf(axis)] ?? constantSize(0)).text
  const rows = [...row(buffer, indices), ...row(keys.buffer, keys.indices)]
  block.lines.push(`$sort(${[...rows, length, String(descending)].join(', ')})`)
}

function named(js: Js, block: Block, scope: KernelScope): string {
  if (/^[\w$]+$/.test(js.text)) return js.text
  const name = scope.names.take('v')
  block.lines.push(`const ${name} = ${js.text}`)
  return name
}
