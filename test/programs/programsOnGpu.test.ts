// Random programs in gpu.js's WebAssembly mode agree with the evaluator of graphs, values and gradients. More of them, or
// others: `LOSSDSL_GPU_PROGRAMS=1000`, and `npm run fuzz -- --backend gpu --count 1000 --seed 7`.
import { expect, it } from 'vitest'
import { gpuVariant } from './built.ts'
import { campaign, report } from './campaign.ts'

const programs = Number(process.env['LOSSDSL_GPU_PROGRAMS'] ?? 20)
const seeds = Array.from({ length: programs }, (_, i) => 1001 + i)

it(
  `${programs} random programs agree`,
  async () => {
    const { failures, counts } = await campaign(seeds, () => [gpuVariant])
    expect(failures.map(report).join('\n')).toBe('')
    expect(counts.unstable).toBeLessThan(0.01 * counts.compared)
    expect(counts.infinite).toBeLessThan(0.001 * counts.compared)
    expect(counts.compared).toBeGreaterThan(50 * programs)
  },
  600_000 + 10_000 * programs,
)
