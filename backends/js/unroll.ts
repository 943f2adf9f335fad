// Sums, four at a time: four accumulators, so that no addition waits for the one before it.
import type { Expression, Statement } from '../../compiler/kernels/program.ts'
import { constantOf } from '../../compiler/graph/size.ts'
import { indented, openBlock, type Block } from './blocks.ts'
import { expressionJs } from './expressions.ts'
import { asNumber, atom } from './js.ts'
import type { KernelScope } from './kernelScope.ts'

type Loop = Extract<Statement, { kind: 'loop' }>
type Accumulate = Extract<Statement, { kind: 'accumulate' }>

/** Shorter loops don't repay what it costs to join the four: at 10 they take half the time, at 1000 seven tenths. */
const shortest = 8
/** In multiply-adds. What is dearer hides the wait for the addition by itself. */
const dearest = 8

/** A loop that does nothing but add to accumulators, so cheaply that the additions are what it waits for. */
export function unrolls(loop: Loop): boolean {
  const extent = constantOf(loop.extent)
  if (extent !== null && extent < shortest) return false
  if (loop.from !== undefined || (loop.step ?? 1) !== 1 || loop.reversed === true) return false
  return loop.body.length > 0 && loop.body.every(isCheapSum)
}

function isCheapSum(statement: Statement): statement is Accumulate {
  return (
    statement.kind === 'accumulate' &&
    statement.reduction === 'sum' &&
    price(statement.value) <= dearest
  )
}

function price(expression: Expression): number {
  if (expression.kind === 'random') return Infinity
  if (expression.kind !== 'operation') return 0
  return expression.operands.reduce((sum, each) => sum + price(each), expression.operation.price)
}

export function unrollSums(loop: Loop, block: Block, scope: KernelScope): void {
  const variable = scope.names.take(loop.variable)
  const extent = scope.size(loop.extent).text
  const body = openBlock(block)
  const sums = loop.body.filter(isCheapSum).map((statement) => {
    const sum = scope.locals.get(statement.local)?.js.text
    if (sum === undefined) throw new Error(`${statement.local} accumulates before it is there`)
    const others = [1, 2, 3].map((lane) => scope.names.take(`${sum}_${lane}`))
    return { lanes: [sum, ...others], value: statement.value, sum, others }
  })
  const added =
    (into: Block) =>
    (lane: number): string[] => {
      scope.variables.set(loop.variable, {
        js: atom(variable),
        depth: into.depth,
        offset: lane,
        extent: loop.extent,
      })
      return sums.map(({ lanes, value }) => {
        return `${lanes[lane]} += ${asNumber(expressionJs(value, into, scope)).text}`
      })
    }
  const four = [0, 1, 2, 3].flatMap(added(body))
  const tail = openBlock(block)
  const last = added(tail)(0)
  const whole = constantOf(loop.extent)
  const rest =
    whole !== null && whole % 4 === 0
      ? []
      : [
          `for (; ${variable} < ${extent}; ${variable}++) {`,
          ...indented([...tail.lines, ...last]),
          '}',
        ]
  const end = whole === null ? `${extent} - 3` : String(whole - 3)
  block.lines.push(
    ...sums.map(({ others }) => `let ${others.map((name) => `${name} = 0`).join(', ')}`),
    `let ${variable} = 0`,
    `for (; ${variable} < ${end}; ${variable} += 4) {`,
    ...indented([...body.lines, ...four]),
    '}',
    ...rest,
    ...sums.map(({ sum, others: [a, b, c] }) => `${sum} += ${a} + (${b} + ${c})`),
  )
}
