// One kernel as the text of one thread's function: from the thread's number to the place of its element, then down the
// nest to the value that is stored there.
import { multiplySizes, type Size } from '../../compiler/graph/size.ts'
import type { Buffer, Kernel, Statement, StepLoop } from '../../compiler/kernels/program.ts'
import { neutralOf } from '../../compiler/kernels/value.ts'
import type { Axes } from '../js/axes.ts'
import { expressionText } from './expressions.ts'
import { createKernelScope, type Given, type KernelScope } from './scope.ts'
import { asNumber, asTruth, atom, choose, compare, infix, join, type Text } from './text.ts'

export interface KernelText {
  /**
   * With holes for sizes, `${s.N}`, and where there is a row, for whether threads come in rows: `${rows ? … : …}`. Null
   * where it would copy the only buffer that it reads.
   */
  readonly text: string | null
  /** The length of the rows in which its threads may come. */
  readonly row: Size | null
  readonly steps: readonly StepLoop[]
  readonly writes: Buffer
  readonly reads: readonly Buffer[]
  readonly given: readonly Given[]
}

type Store = Extract<Statement, { kind: 'store' }>
type Loop = Extract<Statement, { kind: 'loop' }>
type Accumulate = Extract<Statement, { kind: 'accumulate' }>
type Accumulator = Extract<Statement, { kind: 'accumulator' }>

/** Null where it is not one element a thread. */
export function writeKernel(kernel: Kernel, axes: Axes): KernelText | null {
  // A kernel that repeats another makes its statements anew each time they are asked for.
  const { body } = kernel
  const path = pathToStore(body)
  const store = path?.at(-1)
  if (path === null || store?.kind !== 'store' || store.accumulate !== undefined) return null
  const all = path.filter((statement): statement is Loop => statement.kind === 'loop')
  const steps = all.slice(0, kernel.steps?.length ?? 0)
  const loops = all.slice(steps.length)
  if (loops.some(({ reversed }) => reversed === true)) return null
  const scope = createKernelScope(
    axes,
    steps.map(({ variable }) => variable),
    kernel.steps,
  )
  const placed = placeThread(store, loops, scope, hasLoopWithin(body, path))
  if (placed === null) return null
  const common = { steps: kernel.steps ?? [], writes: store.buffer }
  const copied = copiedBy(store, scope)
  if (copied !== null) return { ...common, text: null, row: null, reads: [copied], given: [] }
  writeAlong(body, path, scope)
  const { lines, reads, given } = scope.finish()
  const parameters = [...reads, ...given].map(({ name }) => name).join(', ')
  return {
    ...common,
    text: `function (${parameters}) {\n${lines.join('\n')}\n}`,
    row: placed.row,
    reads: reads.map(({ buffer }) => buffer),
    given: given.map((each) => each.given),
  }
}

/** What a step leaves to the next is there already: nothing ever writes to it again. */
function copiedBy(store: Store, scope: KernelScope): Buffer | null {
  const { value } = store
  if (value.kind !== 'load') return null
  const isOurs = [store.buffer, value.buffer].every(({ place }) => place.kind === 'temporary')
  const [to, from] = [scope.withinStep(store), scope.withinStep(value)]
  const isSame =
    to.indices.length === from.indices.length &&
    to.indices.every((index, k) => {
      const other = from.indices[k]
      return (
        index.kind === 'variable' &&
        other?.kind === 'variable' &&
        index.name === other.name &&
        to.buffer.axes[k] === from.buffer.axes[k]
      )
    })
  return isOurs && isSame ? value.buffer : null
}

/** The loops around the only store, outermost first, and the store. */
function pathToStore(body: readonly Statement[]): readonly Statement[] | null {
  const path: Statement[] = []
  for (let statements = body; ;) {
    const leading = statements.filter(stores)
    const [next] = leading
    if (next === undefined || leading.length > 1) return null
    path.push(next)
    if (next.kind === 'store') return path
    if (next.kind !== 'loop' || next.from !== undefined) return null
    statements = next.body
  }
}

function stores(statement: Statement): boolean {
  switch (statement.kind) {
    case 'store':
    case 'sort':
    case 'fill':
      return true
    case 'loop':
    case 'when':
      return statement.body.some(stores)
    case 'let':
    case 'carry':
    case 'assign':
    case 'accumulator':
    case 'accumulate':
      return false
    default:
      return statement satisfies never
  }
}

/** One that each thread runs through. */
function hasLoopWithin(body: readonly Statement[], path: readonly Statement[]): boolean {
  return body.some(
    (statement) =>
      statement.kind === 'loop' &&
      (!path.includes(statement) || hasLoopWithin(statement.body, path)),
  )
}

/**
 * The thread's number is the element's place: its digits are the variables of the loops. Null where they are not. In rows,
 * threads have the last digit and all before it as two numbers: the WebAssembly mode runs four threads of a row at once,
 * and works out but once what they share, which halves a matrix product's time and is worth nothing without a loop.
 */
function placeThread(
  store: Store,
  loops: readonly Loop[],
  scope: KernelScope,
  mayComeInRows: boolean,
): { readonly row: Size | null } | null {
  const { buffer, indices } = scope.withinStep(store)
  const places = indices.map((index) => (index.kind === 'variable' ? index.name : null))
  const variables = loops.map(({ variable }) => variable)
  if (places.some((place, k) => place !== null && places.indexOf(place) !== k)) return null
  if (!variables.every((variable) => places.includes(variable))) return null
  if (
    indices.some(
      (index, k) => places[k] === null && !(index.kind === 'number' && index.value === 0),
    )
  )
    return null
  if (loops.length === 0) return { row: null }
  const digits = places.flatMap((variable, k) =>
    variable === null ? [] : [{ name: scope.name(variable), variable, extent: buffer.extents[k]! }],
  )
  for (const { variable, name } of digits) scope.variables.set(variable, atom(name))
  const threads = multiplySizes(...digits.map(({ extent }) => extent))
  const inner = digits.pop()!
  if (digits.length === 0) {
    scope.add(`const ${inner.name} = this.thread.x + 0.0;`)
    return { row: null }
  }
  const rest = scope.name('row')
  const numbered = [
    'const at = this.thread.x + 0.0;',
    ...digitLines('at', threads, inner.extent, [rest, inner.name], scope),
  ]
  if (mayComeInRows) {
    const inRows = `const ${rest} = this.thread.y + 0.0; const ${inner.name} = this.thread.x + 0.0;`
    scope.add(`\${rows ? '${inRows}' : \`${numbered.join(' ')}\`}`)
  } else for (const line of numbered) scope.add(line)
  let left = rest
  for (const [i, { name }] of digits.entries()) {
    if (i === digits.length - 1) {
      scope.add(`const ${name} = ${left};`)
      continue
    }
    const within = multiplySizes(...digits.slice(i + 1).map((digit) => digit.extent))
    const next = scope.name('rest')
    for (const line of digitLines(left, threads, within, [name, next], scope)) scope.add(line)
    left = next
  }
  return { row: mayComeInRows ? inner.extent : null }
}

/**
 * `at` = digit · extent + rest, below `threads`, by a product with a constant, which is off by one unit in the last place:
 * up to 2^22 a half keeps it from the whole number above and that below; up to 2^24 it is less than 1, which a rest below 0
 * or past the end tells.
 */
function digitLines(
  at: string,
  threads: Size,
  extent: Size,
  [digit, rest]: readonly [string, string],
  scope: KernelScope,
): readonly string[] {
  const [near, past, length] = ['near', 'past', 'length'].map((wanted) => scope.name(wanted))
  const half = scope.whereMore(threads, 2 ** 22, '0.0', '0.5')
  const right = `(${past} < 0.0) ? (${near} - 1.0) : ((${past} < ${length}) ? ${near} : (${near} + 1.0))`
  return [
    `const ${length} = ${scope.size(extent).text};`,
    `const ${near} = Math.floor((${at} + ${half}) * ${scope.inverse(extent).text});`,
    `const ${past} = ${at} - ${near} * ${length};`,
    `const ${digit} = ${scope.whereMore(threads, 2 ** 22, right, `${near}`)};`,
    `const ${rest} = ${scope.whereMore(threads, 2 ** 22, `${at} - ${digit} * ${length}`, `${past}`)};`,
  ]
}

function writeAlong(
  body: readonly Statement[],
  path: readonly Statement[],
  scope: KernelScope,
): void {
  for (const statement of body) {
    if (!path.includes(statement)) writeStatement(statement, scope)
    else if (statement.kind === 'loop') writeAlong(statement.body, path, scope)
    else if (statement.kind === 'store') {
      scope.add(`return ${asNumber(expressionText(statement.value, scope)).text};`)
    }
  }
}

function writeStatement(statement: Statement, scope: KernelScope): void {
  switch (statement.kind) {
    case 'let': {
      const name = scope.name(statement.local)
      scope.add(`const ${name} = ${asNumber(expressionText(statement.value, scope)).text};`)
      scope.locals.set(statement.local, atom(name))
      return
    }
    case 'accumulator':
      return writeAccumulator(statement, scope)
    case 'accumulate':
      return writeAccumulate(statement, scope)
    case 'loop': {
      const counter = scope.name(`${statement.variable}_i`)
      const head = `for (let ${counter} = 0; ${counter} < ${scope.bound(statement.extent)}; ${counter}++)`
      return scope.block(head, () => {
        const name = scope.name(statement.variable)
        scope.add(`const ${name} = ${counter} + 0.0;`)
        scope.variables.set(statement.variable, atom(name))
        for (const inner of statement.body) writeStatement(inner, scope)
      })
    }
    case 'when':
    case 'carry':
    case 'assign':
    case 'store':
    case 'sort':
    case 'fill':
      throw new Error(`a thread has no ${statement.kind}`)
    default:
      return statement satisfies never
  }
}

function writeAccumulator({ local, reduction }: Accumulator, scope: KernelScope): void {
  const name = scope.name(local)
  scope.add(`let ${name} = ${scope.constant(neutralOf(reduction)).text};`)
  scope.locals.set(local, atom(name))
  if (reduction !== 'argmax' && reduction !== 'argmin') return
  const best = scope.name(`${local}_value`)
  scope.add(`let ${best} = ${scope.constant(reduction === 'argmax' ? -Infinity : Infinity).text};`)
  scope.best.set(local, best)
}

/** NaN wins every maximum and minimum and stays, as in PyTorch; gpu.js's own lose it. */
function writeAccumulate(
  { local, reduction, value, position }: Accumulate,
  scope: KernelScope,
): void {
  const into = scope.locals.get(local)
  if (into === undefined) throw new Error(`${local} accumulates before it is an accumulator`)
  const text = expressionText(value, scope)
  const set = (to: Text): void => scope.add(`${into.text} = ${asNumber(to).text};`)
  switch (reduction) {
    case 'sum':
    case 'prod':
      return set(infix(reduction === 'sum' ? '+' : '*', into, text))
    case 'any':
      return set(choose(asTruth(text), atom('1.0'), into))
    case 'all':
      return set(choose(asTruth(text), into, atom('0.0')))
    case 'max':
    case 'min': {
      const v = named(text, scope)
      return set(choose(wins(reduction === 'max', v, into), v, into))
    }
    case 'argmax':
    case 'argmin': {
      const best = scope.best.get(local)
      if (position === undefined || best === undefined)
        throw new Error(`${reduction} without a position`)
      const v = named(text, scope)
      const at = named(expressionText(position, scope), scope)
      // A NaN stays the best.
      const isBetter = join(
        '&&',
        wins(reduction === 'argmax', v, atom(best)),
        compare('==', atom(best), atom(best)),
      )
      scope.block(`if (${isBetter.text})`, () => {
        scope.add(`${best} = ${v.text};`)
        set(at)
      })
      return
    }
    default:
      return reduction satisfies never
  }
}

function wins(isMaximum: boolean, value: Text, best: Text): Text {
  const isBetter = isMaximum ? compare('<', best, value) : compare('<', value, best)
  return join('||', isBetter, compare('!=', value, value))
}

function named(text: Text, scope: KernelScope): Text {
  const name = scope.name('v')
  scope.add(`const ${name} = ${asNumber(text).text};`)
  return atom(name)
}
