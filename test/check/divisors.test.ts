// Sizes that whole numbers are divided by are not 0: proved, or a condition of the module.
import { describe, expect, test } from 'vitest'
import { codes, program } from './checking.ts'

function conditionsOf(axes: string, expression: string): string[] {
  const { conditions } = program(`axis ${axes}
    input x: [H]
    input s: [S]
    input k: int[H]
    output y = sum[H](x)[+P] * sum[S](s) + sum[H](k) + sum[H](${expression})`)
  return conditions.map(({ message }) => message)
}

const ofS = '`S` is divided by, and must be at least 1'

describe('asked for when sizes are bound', () => {
  test.each([
    ['H, S, P = H div S', '0 * x', [ofS]],
    ['H, S, P = H % S', '0 * x', [ofS]],
    ['H, S, P = 1', 's[S = k % size(S)]', ['`size(S)` is divided by, and must be at least 1']],
  ])('%s: %s', (axes, expression, conditions) => {
    expect(conditionsOf(axes, expression)).toEqual(conditions)
  })
})

describe('proved', () => {
  test.each([
    ['H, S = 3, P = H div S', '0 * x'],
    ['H, S, P = H div (S + 1)', '0 * x'],
    // Where there is a place along H, H is not 0.
    ['H, S, P = 1', 'x[H = (H + 1) % size(H)]'],
  ])('%s: %s', (axes, expression) => {
    expect(conditionsOf(axes, expression)).toEqual([])
  })
})

test('a divisor that is 0', () => {
  const source = 'axis H, P = H div 0\ninput x: [H]\noutput y = sum[H](x)[+P]'
  expect(codes(source)).toContain('division-by-zero')
})
