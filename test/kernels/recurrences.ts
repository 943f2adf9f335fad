// Recurrences as graphs: what they are good for, and what is easily got wrong.
import type { LeafNode } from '../../compiler/graph/node.ts'
import { readGraph } from '../../compiler/graph/read.ts'
import { verify } from '../../compiler/graph/verify.ts'
import { topological } from '../../compiler/graph/walk.ts'
import { operations } from '../../compiler/ops/table.ts'
import { gradient } from './agreement.ts'
import type { Case } from './agreement.ts'
import { numbers } from './builder.ts'

/** The text's results are r0, r1, …; inputs get numbers of their own, whole ones small numbers from 0. */
export function caseOf(text: string, sizes: Readonly<Record<string, number>>): Case {
  const { graph, roots } = readGraph(text, operations)
  const faults = verify(graph, roots)
  if (faults.length > 0) throw new Error(faults.join('\n'))
  const given = topological(roots).filter(
    (node): node is LeafNode => node.kind === 'leaf' && node.role !== 'placeholder',
  )
  const leaves = given.map(({ name, layout, dataType }, i) => {
    const count = layout.reduce((product, axis) => product * (sizes[axis] ?? Number.NaN), 1)
    const real = numbers(count, 31 * i)
    const whole = real.map((x) => Math.round(Math.abs(3 * x)) % 3)
    return [name, dataType === 'real' ? real : dataType === 'int' ? whole : whole.map((x) => x % 2)]
  })
  const layouts = topological(roots).flatMap((node) => (node.kind === 'leaf' ? [node.layout] : []))
  const results = roots.map((node, i) => {
    const order = layouts.find((layout) => node.axes.every((axis) => layout.includes(axis)))
    const layout = order?.filter((axis) => node.axes.includes(axis)) ?? node.axes
    return gradient(`r${i}`, node, layout)
  })
  return { graph, results, sizes, leaves: Object.fromEntries(leaves) }
}

export const cumsum = `
axis N
axis T
%1 real[N, T] input x[N, T]
%2 real[N, T] placeholder sum[N, T]
%3 real[N, T] %2 + %1
%4 real[N, T] scan every 0 along T of (%2 from 0.0 to %3)
results %4`

/** h = tanh(x·W + h·U), all of them and the last. */
export const rnn = `
axis N
axis T
axis D
axis H
axis K = H
%1 real[D, N, T] input x[N, T, D]
%2 real[D, H] parameter w[D, H]
%3 real[D, H, N, T] %1 * %2
%4 real[H, N, T] sum[D] %3
%5 real[H, K] parameter u[K, H]
%6 real[H, N, T] placeholder h[N, T, H]
%7 int[K] coordinate K
%8 real[K, N, T] %6[H = %7]
%9 real[H, K, N, T] %8 * %5
%10 real[H, N, T] sum[K] %9
%11 real[H, N, T] %4 + %10
%12 real[H, N, T] tanh(%11)
%13 real[H, N] input start[N, H]
%14 real[H, N, T] scan every 0 along T of (%6 from %13 to %12)
%15 real[H, N] scan last 0 along T of (%6 from %13 to %12)
results %14, %15`

export const all: Readonly<Record<string, string>> = {
  cumsum,
  rnn,
  'along the outer axis': cumsum.replace('x[N, T]', 'x[T, N]'),
  'a number for each step': `
axis T
%1 real[T] placeholder a[T]
%2 real[T] %1 * 0.5
%3 real[T] %2 + 1.0
%4 real[T] scan every 0 along T of (%1 from 3.0 to %3)
%5 real[] scan last 0 along T of (%1 from 3.0 to %3)
results %4, %5`,
  'only the last': `
axis N
axis T
%1 real[N, T] input x[N, T]
%2 real[N] input start[N]
%3 real[N, T] placeholder a[N, T]
%4 real[N, T] max(%3, %1)
%5 real[N] scan last 0 along T reversed of (%3 from %2 to %4)
%6 real[N] %5 * 2.0
results %6`,
  'carries that change places': `
axis N
axis T
%1 real[N, T] placeholder a[N, T]
%2 real[N, T] placeholder b[N, T]
%3 real[N, T] %1 + %2
%4 real[N] input x[N]
%5 real[N, T] scan every 0 along T of (%1 from %4 to %2, %2 from 1.0 to %3)
%6 real[N] scan last 1 along T of (%1 from %4 to %2, %2 from 1.0 to %3)
%7 real[N] scan last 0 along T of (%1 from %4 to %2, %2 from 1.0 to %3)
results %5, %6, %7`,
  'three carries in a circle, mixed along H': `
axis T
axis H
axis K = H
%1 real[H, T] placeholder a[H, T]
%2 real[H, T] placeholder b[H, T]
%3 real[H, T] placeholder c[H, T]
%4 int[K] coordinate K
%5 real[H, K] input w[H, K]
%6 real[K, T] %2[H = %4]
%7 real[H, K, T] %5 * %6
%8 real[H, T] sum[K] %7
%9 real[H] input x[H]
%10 real[H, T] %8 - %1
%11 real[H, T] scan every 0 along T of (%1 from %9 to %3, %2 from 1.0 to %1, %3 from 0.5 to %10)
%12 real[H] scan last 1 along T of (%1 from %9 to %3, %2 from 1.0 to %1, %3 from 0.5 to %10)
results %11, %12`,
  'a carry that is the input before': `
axis N
axis T
%1 real[N, T] input x[N, T]
%2 real[N, T] placeholder p[N, T]
%3 real[N, T] %1 - %2
%4 real[N, T] placeholder d[N, T]
%5 real[N, T] max(%4, %3)
%6 real[N] scan last 1 along T of (%2 from 0.0 to %1, %4 from 0.0 to %5)
%7 real[N, T] scan every 1 along T of (%2 from 0.0 to %1, %4 from 0.0 to %5)
%8 real[N] scan last 0 along T of (%2 from 0.0 to %1, %4 from 0.0 to %5)
%9 real[N, T] scan every 0 along T of (%2 from 0.0 to %1, %4 from 0.0 to %5)
results %6, %7, %8, %9`,
  'a carry of its own, and one that nobody asks for': `
axis N
axis T
%1 real[N, T] input x[N, T]
%2 real[N, T] placeholder kept[N, T]
%3 real[N, T] placeholder lost[N, T]
%4 real[N, T] exp(%3)
%5 real[N, T] %2 + %1
%6 real[N, T] scan every 0 along T of (%2 from 0.0 to %5, %3 from 1.0 to %4)
results %6`,
  'one that stays what it is': `
axis N
axis T
%1 real[N, T] placeholder a[N, T]
%2 real[N] input x[N]
%3 real[N, T] scan every 0 along T of (%1 from %2 to %1)
%4 real[N] scan last 0 along T of (%1 from %2 to %1)
results %3, %4`,
  'a step that does not look back': `
axis N
axis T
%1 real[N, T] placeholder a[N, T]
%2 real[N] input x[N]
%3 real[N] exp(%2)
%4 real[N, T] scan every 0 along T of (%1 from 0.0 to %3)
%5 real[N] scan last 0 along T of (%1 from 0.0 to %3)
results %4, %5`,
  'truth values and whole numbers': `
axis N
axis T
%1 real[N, T] input x[N, T]
%2 bool[N, T] 0.0 < %1
%3 bool[N, T] placeholder seen[N, T]
%4 bool[N, T] or(%3, %2)
%5 int[N, T] placeholder count[N, T]
%6 int[N, T] select(%3, 1, 2)
%7 int[N, T] %5 + %6
%8 bool[N, T] scan every 0 along T of (%3 from false to %4, %5 from 0 to %7)
%9 int[N, T] scan every 1 along T of (%3 from false to %4, %5 from 0 to %7)
%10 int[N] scan last 1 along T of (%3 from false to %4, %5 from 0 to %7)
%11 bool[N] scan last 0 along T of (%3 from false to %4, %5 from 0 to %7)
results %8, %9, %10, %11`,
  'one inside of the other': `
axis N
axis T
axis S
%1 real[N, T] placeholder h[N, T]
%2 real[N, S, T] placeholder g[N, S, T]
%3 real[N, S] input x[N, S]
%4 real[N, S, T] %2 * %3
%5 real[N, S, T] %4 + %1
%6 real[N, S, T] scan every 0 along S of (%2 from %1 to %5)
%7 real[N, T] scan last 0 along S of (%2 from %1 to %5)
%8 real[N, T] max[S] %6
%9 real[N, T] %7 - %8
%10 real[N, T] tanh(%9)
%11 real[N, T] scan every 0 along T reversed of (%1 from 0.5 to %10)
%12 real[N] scan last 0 along T reversed of (%1 from 0.5 to %10)
results %11, %12`,
  'inside of another, a carry that does not know it': `
axis T
axis S
%1 real[T] placeholder h[T]
%2 real[S, T] placeholder g[S, T]
%3 real[S] placeholder c[S]
%4 real[S] %3 + 1.0
%5 real[S, T] %2 * %3
%6 real[S, T] %5 + %1
%7 real[T] scan last 0 along S of (%2 from %1 to %6, %3 from 0.0 to %4)
%8 real[T] tanh(%7)
%9 real[T] scan every 0 along T of (%1 from 0.5 to %8)
results %9`,
  'one after the other': `
axis N
axis T
%1 real[N, T] input x[N, T]
%2 real[N, T] placeholder a[N, T]
%3 real[N, T] %2 + %1
%4 real[N, T] scan every 0 along T of (%2 from 0.0 to %3)
%5 real[N, T] %4 * %1
%6 real[N, T] %2 + %5
%7 real[N, T] scan every 0 along T of (%2 from 0.0 to %6)
%8 real[N] sum[T] %7
%9 real[N, T] %2 * 0.5
%10 real[N, T] %9 + %7
%11 real[N] scan last 0 along T of (%2 from %8 to %10)
%12 real[N, T] placeholder b[N, T]
%13 real[N, T] %12 - %4
%14 real[N, T] scan every 0 along T reversed of (%12 from %11 to %13)
%15 int[N] argmax[T] %14
results %7, %11, %14, %8, %15`,
  'back along what was stored': `
axis N
axis T
axis H
axis K = H
%1 real[H, N, T] input x[N, T, H]
%2 real[H, N, T] placeholder h[N, T, H]
%3 real[H, K] parameter w[K, H]
%4 int[K] coordinate K
%5 real[K, N, T] %2[H = %4]
%6 real[H, K, N, T] %5 * %3
%7 real[H, N, T] sum[K] %6
%8 real[H, N, T] %7 + %1
%9 real[H, N, T] tanh(%8)
%10 real[H, N, T] scan every 0 along T of (%2 from 0.0 to %9)
%11 int[T] coordinate T
%12 int[T] %11 - 1
%13 real[H, N, T] %10[T = %12] else 0
%14 real[H, N, T] %10 * %10
%15 real[H, N, T] 1.0 - %14
%16 real[H, N, T] placeholder g[N, T, H]
%17 real[H, N, T] %16 + %1
%18 real[H, N, T] %17 * %15
%19 real[K, N, T] %18[H = %4]
%20 int[H] coordinate H
%21 real[H, K] %3[H = %4, K = %20]
%22 real[H, K, N, T] %19 * %21
%23 real[H, N, T] sum[K] %22
%24 real[H, N, T] scan every 0 along T reversed of (%16 from 0.0 to %23)
%25 real[H, N] scan last 0 along T reversed of (%16 from 0.0 to %23)
%26 real[H, N, T] %24 * %13
%27 real[H] sum[N, T] %26
results %27, %25, %10`,
  'dear work that every step would do again': `
axis N
axis T
axis H
%1 real[N] input x[N]
%2 real[N] exp(%1)
%3 real[N] tanh(%2)
%4 real[H, N, T] placeholder h[T, N, H]
%5 real[H, N] input y[N, H]
%6 real[H, N, T] %4 * %3
%7 real[H, N, T] %6 + %5
%8 real[N, T] sum[H] %7
%9 real[H, N, T] %7 / %8
%10 real[H, N, T] scan every 0 along T of (%4 from 1.0 to %9)
results %10`,
  'a scatter and a draw in a step': `
axis T
axis V
axis N
%1 int[N, T] input at[N, T]
%2 real[T, V] placeholder counts[T, V]
%3 real[N, T] random noise[T, N] lane 0
%4 int[V] coordinate V
%5 bool[N, T, V] %4 == %1
%6 real[N, T] %2[V = %1]
%7 real[N, T] %6 + %3
%8 real[N, T, V] select(%5, %7, 0.0)
%9 real[T, V] sum[N] %8
%10 real[T, V] %2 + %9
%11 real[T, V] scan every 0 along T of (%2 from 0.0 to %10)
results %11`,
  'a step that sorts, and what it gives put in order': `
axis N
axis T
axis H
%1 real[H, N, T] input x[N, T, H]
%2 real[H, N, T] placeholder h[N, T, H]
%3 int[H, N, T] argsort[H] %2
%4 real[H, N, T] %1[H = %3]
%5 real[H, N, T] %2 * 0.5
%6 real[H, N, T] %4 + %5
%7 real[H, N, T] placeholder g[N, T, H]
%8 real[N, T] max[H] %6
%9 real[H, N, T] scan every 0 along T of (%2 from 0.0 to %6, %7 from 1.0 to %8)
%10 real[H, N] scan last 0 along T of (%2 from 0.0 to %6, %7 from 1.0 to %8)
%11 real[H, N, T] scan every 1 along T of (%2 from 0.0 to %6, %7 from 1.0 to %8)
%12 int[H, N, T] argsort[T] %9 descending
%13 int[H, N] argsort[H] %10
%14 int[H, N, T] argsort[H] %11
results %12, %13, %14, %9, %11`,
  'steps that find nothing of those before': `
axis N
axis T
%1 real[N, T] input x[N, T]
%2 real[N, T] placeholder seen[N, T]
%3 real[N, T] placeholder past[N, T]
%4 real[N, T] exp(%1)
%5 real[N, T] %2 + %4
%6 real[N, T] tanh(%5)
%7 real[N, T] scan every 1 along T of (%2 from 0.0 to %5, %3 from 1.0 to %6)
results %7`,
  'logsumexp over states': `
axis N
axis T
axis C
axis B = C
%1 real[C, N, T] input scores[N, T, C]
%2 real[B, C] parameter moves[B, C]
%3 real[C, N, T] placeholder a[N, T, C]
%4 int[B] coordinate B
%5 real[B, N, T] %3[C = %4]
%6 real[B, C, N, T] %5 + %2
%7 real[C, N, T] logsumexp[B] %6
%8 real[C, N, T] %7 + %1
%9 real[C, N] scan last 0 along T of (%3 from 0.0 to %8)
%10 real[N] logsumexp[C] %9
results %10`,
}
