// `npm run fuzz`: more random programs than the tests take, from another seed. Bundled and started by scripts/fuzz.mjs.
import { parseArgs } from 'node:util'
import { gpuVariant, variants, type Variant } from './built.ts'
import { campaign, report, type Campaign } from './campaign.ts'

const usage = `fuzz [--count 1000] [--seed 1] [--backend js|gpu]
  programs of the language, made at random from seed, seed + 1, …; each runs by the evaluator of graphs and by the modules of
  both precisions, fused and unfused, and its gradients are compared with finite differences
  gpu runs in gpu.js's WebAssembly mode, and is compared with the evaluator`

export async function main(parameters: string[]): Promise<number> {
  const { values } = parseArgs({
    args: parameters,
    options: {
      count: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      backend: { type: 'string', default: 'js' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return 0
  }
  const [count, seed] = [Number(values.count), Number(values.seed)]
  if (!Number.isInteger(count) || !Number.isInteger(seed)) {
    console.log(`--count and --seed are whole numbers.\n${usage}`)
    return 2
  }
  const { backend } = values
  if (backend !== 'js' && backend !== 'gpu') {
    console.log(`There is no backend ${backend}.\n${usage}`)
    return 2
  }
  const wanted: readonly Variant[] = backend === 'gpu' ? [gpuVariant] : variants
  const seeds = Array.from({ length: count }, (_, i) => seed + i)
  const result = await campaign(
    seeds,
    () => wanted,
    (line) => console.log(line),
  )
  console.log(summary(result))
  return result.failures.length === 0 ? 0 : 1
}

export function summary({ programs, counts, frequencies, failures }: Campaign): string {
  const { compared, infinite, unstable, nudged, kinks } = counts
  const rows = [...frequencies].sort(([, a], [, b]) => b - a)
  return [
    `${programs} programs, ${failures.length} failed`,
    `${compared} numbers compared (${infinite} not finite, ${unstable} at jumps), ${nudged} slopes (${kinks} at kinks)`,
    rows.map(([name, times]) => `${name} ${times}`).join(', '),
    ...failures.map(report),
  ].join('\n')
}
