// The layout that the formatter produces.
import { format as formatByPrettier } from 'prettier'
import { describe, expect, test } from 'vitest'
import { format, UnreadableSource } from '../../compiler/syntax/format.ts'
import plugin from '../../compiler/syntax/prettierPlugin.ts'

function becomes(name: string, before: string, after: string): void {
  test(name, async () => {
    expect(`\n${await format(before)}`).toBe(after)
  })
}

describe('lines', () => {
  becomes(
    'one statement on each, with at most one empty line between two',
    'axis N   input x:[ N ]\n\n\n\nlet y=x+1 let z = - y\n',
    `
axis N
input x: [N]

let y = x + 1
let z = -y
`,
  )

  becomes(
    'a long pipe breaks before its arrows',
    'let scores = image |> c1 |> relu |> max_pool[H -> H1, W -> W1](size = 2) |> c2 |> relu |> max_pool[H1 -> H2, W1 -> W2](size = 2) |> fc',
    `
let scores = image
  |> c1
  |> relu
  |> max_pool[H -> H1, W -> W1](size = 2)
  |> c2
  |> relu
  |> max_pool[H1 -> H2, W1 -> W2](size = 2)
  |> fc
`,
  )

  becomes(
    'a long sum breaks before its signs, a long call inside its brackets',
    'loss critic_loss = mean(critic(stop_gradient(fake))) - mean(critic(data)) + penalty_weight * mean((norm[D](slope) - 1) ^ 2) wrt critic\nlet found = attention[T, S, F](q[D as (M, F)], k[D as (M, F)], v[D as (M, F)], mask = mask, causal = causal)',
    `
loss critic_loss =
  mean(critic(stop_gradient(fake)))
  - mean(critic(data))
  + penalty_weight * mean((norm[D](slope) - 1) ^ 2)
  wrt critic
let found = attention[T, S, F](
  q[D as (M, F)],
  k[D as (M, F)],
  v[D as (M, F)],
  mask = mask,
  causal = causal
)
`,
  )

  becomes(
    'a long choice has a line for each case',
    'let lr = if step <= 3 then 0.001 + 0.099 * (1 + cos(pi * (step - 1) / 3)) / 2 else if step <= 9 then 0.001 + 0.099 * step else 0',
    `
let lr =
  if step <= 3 then 0.001 + 0.099 * (1 + cos(pi * (step - 1) / 3)) / 2
  else if step <= 9 then 0.001 + 0.099 * step
  else 0
`,
  )

  becomes(
    'a call of one call breaks inside the inner one',
    'loss train = mean(triplet_margin_with_distance(anchor, positive, negative, distance = (u, v) => sum[D](u - v)))',
    `
loss train = mean(triplet_margin_with_distance(
  anchor,
  positive,
  negative,
  distance = (u, v) => sum[D](u - v)
))
`,
  )
})

describe('parentheses', () => {
  becomes(
    'stay where they make another tree and go where they do not',
    'let a = (x + y) + z\nlet b = ((x * y)) + (z)\nlet c = (-x) ^ 2 + (-(x ^ 2))\nlet d = (x |> f)[T = 0]\nlet e = (if p then 1 else 2) * 3',
    `
let a = (x + y) + z
let b = x * y + z
let c = (-x) ^ 2 + -x ^ 2
let d = (x |> f)[T = 0]
let e = (if p then 1 else 2) * 3
`,
  )
})

describe('comments', () => {
  becomes(
    'stay on their lines, behind what they stood behind, above what they stood above',
    `// The file.

/// Rows.
axis N // how many
input x: [N] /* data */

fn f(
  // what comes in
  a, // first
  b /* second */
) { // opens
  // before
  let c = a // after
  // at the end
  return c + b // done

  // last
}
let y = f(x, // one
  1)
// end`,
    `
// The file.

/// Rows.
axis N // how many
input x: [N] /* data */

fn f(
  // what comes in
  a, // first
  b /* second */
) { // opens
  // before
  let c = a // after
  // at the end
  return c + b // done

  // last
}
let y = f(
  x, // one
  1
)
// end
`,
  )
})

test('lines end in LF, whatever they ended in', async () => {
  expect(await format('axis N\r\n/* a\r\n b */\r\nlet x = 1\r\n')).toBe(
    'axis N\n/* a\n b */\nlet x = 1\n',
  )
})

test('an empty file stays empty', async () => {
  expect(await format(' \n\n')).toBe('')
})

test('a text with mistakes is refused with its diagnostics', async () => {
  const refused = format('let a =\nlet b = )')
  await expect(refused).rejects.toThrow(UnreadableSource)
  await expect(refused).rejects.toMatchObject({
    diagnostics: [{ code: 'expected' }, { code: 'stray-bracket' }],
  })
})

test('prettier finds the language by the name of a file', async () => {
  const text = await formatByPrettier('let a=1', { filepath: 'a.lossdsl', plugins: [plugin] })
  expect(text).toBe('let a = 1\n')
})
