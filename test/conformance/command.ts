// `npm run conformance`: the table of what works, by hand. Bundled and started by scripts/conformance.mjs.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compile } from '../../compiler/index.ts'
import { readTopics, type Precision } from './cases.ts'
import type { Compile } from './generatedModule.ts'
import { gpuCompiler } from './gpuCompiler.ts'
import { runTopic, type Outcome } from './harness.ts'
import { failureList, tableHeader, tableRow } from './table.ts'

const usage = `conformance [--backend js|gpu] [--topic NAME] [--case TEXT] [--precision f32|f64] [--unfused] [--verbose]
  --topic      only this topic          --case       only cases whose name contains the text
  --precision  only this precision      --unfused    without fusion of loops
  --verbose    all reasons of every failing case
  gpu runs in gpu.js's WebAssembly mode, in f32, and counts the programs that it leaves to plain loops, all or in part`

/** `root` is this project's folder. */
export async function main(parameters: string[], root: string): Promise<number> {
  const { values } = parseArgs({
    args: parameters,
    options: {
      backend: { type: 'string', default: 'js' },
      topic: { type: 'string' },
      case: { type: 'string' },
      precision: { type: 'string' },
      unfused: { type: 'boolean', default: false },
      verbose: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return tell(usage, 0)
  const { backend } = values
  if (backend !== 'js' && backend !== 'gpu') {
    return tell(`There is no backend ${backend}.\n${usage}`, 2)
  }
  if (backend === 'gpu' && values.unfused) return tell('--unfused is for the js backend.', 2)
  const topics = readTopics(join(root, 'test/conformance')).filter(
    ({ name }) => name === (values.topic ?? name),
  )
  if (topics.length === 0) return tell(`There is no topic ${values.topic}.`, 2)
  const precisions: Precision[] = (['f64', 'f32'] as const).filter(
    (precision) =>
      precision === (values.precision ?? precision) && !(backend === 'gpu' && precision === 'f64'),
  )
  if (precisions.length === 0) {
    return tell(`The ${backend} backend has no precision ${values.precision}.`, 2)
  }
  const left = new Map<string, Set<string>>()
  const compileFor: Compile =
    backend === 'gpu'
      ? gpuCompiler(left)
      : (source, options) => compile(source, { ...options, backend: 'js', fuse: !values.unfused })
  console.log(tableHeader())
  const outcomes: Outcome[] = []
  for (const topic of topics) {
    for (const precision of precisions) {
      const chosen = await runTopic(topic, precision, compileFor, ({ name }) =>
        name.includes(values.case ?? ''),
      )
      outcomes.push(...chosen)
      console.log(tableRow(`${topic.name} ${precision}`, chosen))
    }
  }
  if (outcomes.length === 0) return tell(`No case has ${values.case} in its name.`, 2)
  console.log(tableRow('all', outcomes))
  for (const [reason, { size }] of left) {
    console.log(`left to plain loops: ${size} program${size === 1 ? '' : 's'}, ${reason}`)
  }
  const failures = failureList(outcomes, values.verbose)
  return failures === '' ? 0 : tell(failures, 1)
}

function tell(text: string, code: number): number {
  console.log(text)
  return code
}
