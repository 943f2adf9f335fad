// What initialisers and random functions draw: bounds, means and spreads, and the same numbers for the same seed.
import { describe, expect, it } from 'vitest'
import { compile } from '../../compiler/index.ts'
import { load, wordsOf } from '../conformance/generatedModule.ts'

const OUT = 60
const IN = 50

interface Drawn {
  /** Of all numbers drawn. */
  readonly mean: number
  readonly deviation: number
  readonly least: number
  readonly most: number
}

async function draw(initialiser: string, seed = 1): Promise<Drawn> {
  return summaryOf(await numbersOf(initialiser, seed))
}

async function numbersOf(initialiser: string, seed: number): Promise<number[]> {
  const module = await moduleOf(`
    axis O = ${OUT}, I = ${IN}
    param w: [O, I] ~ ${initialiser}
    loss train = sum(square(w))`)
  return Array.from(module.init?.({ seed }).params['w'] ?? [])
}

async function moduleOf(source: string) {
  const { code, diagnostics } = compile(source, { precision: 'f64' })
  expect(code, wordsOf(diagnostics)).toBeDefined()
  return load(code ?? '')
}

function summaryOf(numbers: readonly number[]): Drawn {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length
  const squares = numbers.reduce((sum, x) => sum + (x - mean) ** 2, 0)
  return {
    mean,
    deviation: Math.sqrt(squares / numbers.length),
    least: Math.min(...numbers),
    most: Math.max(...numbers),
  }
}

describe('initialisers', () => {
  it.each([
    ['zeros()', 0],
    ['ones()', 1],
    ['constant(0.25)', 0.25],
  ])('%s is that everywhere', async (initialiser, value) => {
    expect(await draw(initialiser)).toMatchObject({ least: value, most: value })
  })

  it.each([
    ['rows', 'O = 3, I = 5', 3, 5, 1],
    ['columns', 'O = 5, I = 3', 3, 1, 3],
  ])('orthogonal(gain = 2) has %s at right angles', async (_which, axes, count, along, across) => {
    const module = await moduleOf(
      `axis ${axes}\nparam w: [O, I] ~ orthogonal(gain = 2)\nloss train = sum(square(w))`,
    )
    const numbers = module.init?.({ seed: 1 }).params['w'] ?? []
    const products = Array.from({ length: count * count }, (_, i) => {
      const [a, b] = [(i % count) * along, Math.floor(i / count) * along]
      return Array.from({ length: 5 }, (_, k) => k * across).reduce(
        (sum, k) => sum + (numbers[a + k] ?? NaN) * (numbers[b + k] ?? NaN),
        0,
      )
    })
    for (const [i, product] of products.entries()) {
      expect(product).toBeCloseTo(i % (count + 1) === 0 ? 4 : 0, 10)
    }
  })

  // Evenly between -bound and bound: the deviation is bound / √3.
  it.each([
    ['uniform(-0.5, 0.5)', 0.5],
    ['xavier_uniform()', Math.sqrt(6 / (IN + OUT))],
    ['xavier_uniform(gain = 2)', 2 * Math.sqrt(6 / (IN + OUT))],
    ['kaiming_uniform()', Math.sqrt(6 / IN)],
    ['kaiming_uniform(a = 5 ^ 0.5)', 1 / Math.sqrt(IN)],
    ['kaiming_uniform(mode = "fan_out")', Math.sqrt(6 / OUT)],
    ['kaiming_uniform(fan_in = 3)', Math.sqrt(2)],
  ])('%s fills its interval', async (initialiser, bound) => {
    const { mean, deviation, least, most } = await draw(initialiser)
    expect(Math.max(-least, most)).toBeLessThanOrEqual(bound)
    expect(Math.min(-least, most)).toBeGreaterThan(0.98 * bound)
    expect(Math.abs(mean)).toBeLessThan(0.05 * bound)
    expect(deviation / (bound / Math.sqrt(3))).toBeCloseTo(1, 1)
  })

  it.each([
    ['normal()', 0, 1],
    ['normal(mean = 2, std = 0.1)', 2, 0.1],
    ['xavier_normal()', 0, Math.sqrt(2 / (IN + OUT))],
    ['kaiming_normal()', 0, Math.sqrt(2 / IN)],
    ['kaiming_normal(a = 1, mode = "fan_out")', 0, Math.sqrt(1 / OUT)],
  ])('%s has its mean and spread', async (initialiser, mean, deviation) => {
    const drawn = await draw(initialiser)
    expect(Math.abs(drawn.mean - mean)).toBeLessThan(0.06 * deviation)
    expect(drawn.deviation / deviation).toBeCloseTo(1, 1)
    // Of 3000 draws the farthest lie three to five deviations off.
    expect((drawn.most - mean) / deviation).toBeGreaterThan(2.7)
    expect((drawn.most - mean) / deviation).toBeLessThan(5)
  })

  it('truncated_normal stays within its bounds, and fills them', async () => {
    const { least, most, deviation } = await draw('truncated_normal(std = 1, a = -1, b = 1)')
    expect(least).toBeGreaterThanOrEqual(-1)
    expect(most).toBeLessThanOrEqual(1)
    expect(most - least).toBeGreaterThan(1.95)
    // √(1 - 2 φ(1) / (2 Φ(1) - 1))
    expect(deviation).toBeCloseTo(0.54, 1)
  })

  it('draw the same for a seed, and others for another', async () => {
    expect(await numbersOf('normal()', 4)).toEqual(await numbersOf('normal()', 4))
    expect(await numbersOf('normal()', 4)).not.toEqual(await numbersOf('normal()', 5))
  })
})

describe('dropout', () => {
  const source = `
    axis N = 4000
    input x: [N]
    param scale: [] = 1
    output y = dropout(scale * x, p = 0.25)`
  const inputs = { x: new Float64Array(4000).fill(3) }

  it('drops a share and scales the others in training', async () => {
    const module = await moduleOf(source)
    const call = module['y'] as (...parameters: unknown[]) => { data: Float64Array }
    const y = Array.from(call(module.init?.({}), inputs, { training: true }).data)
    expect(new Set(y)).toEqual(new Set([0, 4]))
    expect(y.filter((value) => value === 0).length / 4000).toBeCloseTo(0.25, 1)
  })

  it('does nothing otherwise', async () => {
    const module = await moduleOf(source)
    const call = module['y'] as (...parameters: unknown[]) => { data: Float64Array }
    expect(new Set(call(module.init?.({}), inputs).data)).toEqual(new Set([3]))
  })
})

describe('random functions', () => {
  const N = 4000
  const drawn = async (expression: string, options: object = {}, more = '') => {
    const { code, diagnostics } = compile(
      `axis N = ${N}, Z = 3\n${more}\noutput y = ${expression}`,
      { precision: 'f64' },
    )
    expect(code, wordsOf(diagnostics)).toBeDefined()
    const call = (await load(code ?? ''))['y'] as (...parameters: unknown[]) => {
      data: ArrayLike<number>
    }
    return Array.from(call({}, options).data)
  }
  const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length
  const moment = (numbers: readonly number[], k: number) => mean(numbers.map((x) => x ** k))

  it.each([{ training: true }, { training: false }])(
    'are drawn in every mode: %o',
    async (mode) => {
      const normal = await drawn('random_normal[N, Z]()', mode)
      expect(normal.every(Number.isFinite)).toBe(true)
      expect(new Set(normal).size).toBeGreaterThan(0.99 * normal.length)
      // Each within four deviations of its mean: √(1/n), √(2/n), √(15/n), √(96/n) for n of 12000.
      expect(Math.abs(moment(normal, 1))).toBeLessThan(0.04)
      expect(Math.abs(moment(normal, 2) - 1)).toBeLessThan(0.06)
      expect(Math.abs(moment(normal, 3))).toBeLessThan(0.15)
      expect(Math.abs(moment(normal, 4) - 3)).toBeLessThan(0.4)
      const truths = await drawn('bernoulli[N](0.3)', mode)
      expect(new Set(truths)).toEqual(new Set([0, 1]))
      expect(Math.abs(mean(truths) - 0.3)).toBeLessThan(0.03)
      const uniform = await drawn('random_uniform[N]()', mode)
      expect(uniform.every((u) => u >= 0 && u < 1)).toBe(true)
      expect(Math.abs(mean(uniform) - 0.5)).toBeLessThan(0.02)
    },
  )

  it.each(['random_normal[N]()', 'bernoulli[N](0.5)', 'random_uniform[N]()'])(
    '%s is the same for a seed, and other for another; each place draws its own',
    async (expression) => {
      const of = (seed: number) => drawn(expression, { seed })
      expect(await of(3)).toEqual(await of(3))
      expect(await of(3)).not.toEqual(await of(4))
      expect(new Set(await drawn(`${expression} - ${expression}`)).size).toBeGreaterThan(1)
    },
  )

  it('bernoulli never and always', async () => {
    expect(new Set(await drawn('bernoulli[N](0)'))).toEqual(new Set([0]))
    expect(new Set(await drawn('bernoulli[N](1)'))).toEqual(new Set([1]))
  })

  it('bernoulli takes a probability for each element', async () => {
    const truths = await drawn('bernoulli[N](if N < 2000 then 0.0 else 1.0)')
    expect(truths.findIndex((truth) => truth === 1)).toBe(2000)
    expect(mean(truths)).toBe(0.5)
  })
})
