// Each norm counts as at least eps by itself, as in torch from 2.0 on; its derivative stays that of the norm.
import { test } from 'vitest'
import { expectClose, numbers, slopes } from '../language/running.ts'

const declarations = 'axis D\ninput a: [D]\ninput b: [D]'
const expression = 'cosine_similarity[D](a, b, eps = 1)'
const inputs = { a: [0.3, 0.4], b: [3, 4] }

test('a short vector next to a long one', async () => {
  // (0.3, 0.4) / 1 . (3, 4) / 5
  expectClose(await numbers(declarations, expression, inputs), [0.5])
})
test('its derivatives', async () => {
  const { a, b } = await slopes(declarations, expression, inputs)
  // b / |b| - 0.5 a / |a|, for the norm of a changes although 1 stands in its place.
  expectClose(a ?? [], [0.3, 0.4])
  // b alone turns, and it points the way of a already.
  expectClose(b ?? [], [0, 0])
})
test('nothing next to something', async () => {
  const none = { a: [0, 0], b: [3, 4] }
  expectClose(await numbers(declarations, expression, none), [0])
  expectClose((await slopes(declarations, expression, none)).a ?? [], [0.6, 0.8])
})
