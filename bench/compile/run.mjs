// `npm run bench:compile [-- WORD…]`: seconds of each stage of the compiler for growing programs (those whose name
// holds one of the words; a number stands for their sizes). The last column compares with half the size: 2 is linear, 4 quadratic.
import { loadBundled } from '../../scripts/bundle.mjs'
import { programs } from './programs.mjs'

const { compileToKernels, emitJs, jsTarget, standardLibrary } = await loadBundled(
  'bench/compile/pipeline.ts',
)

const words = process.argv.slice(2).filter((word) => !/^\d+$/.test(word))
const numbers = process.argv.slice(2).flatMap((word) => (/^\d+$/.test(word) ? [Number(word)] : []))
// What the first compilation pays for, whatever it compiles: V8's own compiling, and the reading of the library.
measure('axis N\ninput x: [N]\nloss l = mean(x ^ 2)\n')

for (const [name, { sizes, source }] of Object.entries(programs)) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue
  console.log(`\n${name}`)
  console.log(row('n', 'parse', 'check', 'derive', 'kernels', 'emit', 'total', 'MiB', 'ratio'))
  let before = null
  for (const n of numbers.length > 0 ? numbers : sizes) {
    const seconds = measure(source(n))
    const ratio = before === null ? '' : (seconds.total / before).toFixed(2)
    before = seconds.total
    const { ast, graph, gradient, kernels, emit, total } = seconds
    const stages = [ast, graph, gradient, kernels, emit, total].map((s) => s.toFixed(2))
    const memory = Math.round(process.memoryUsage().heapUsed / 2 ** 20)
    console.log(row(n, ...stages, memory, ratio))
  }
}

/** An observer is told when a stage has ended; what passed since the stage before it is its own. */
function measure(text) {
  const seconds = { ast: 0, graph: 0, gradient: 0, kernels: 0, emit: 0 }
  const start = performance.now()
  let last = start
  const ended = (stage) => {
    const now = performance.now()
    seconds[stage] += (now - last) / 1000
    last = now
  }
  const source = { path: 'bench.lossdsl', text }
  const options = { target: jsTarget(true), std: standardLibrary, observe: ended }
  const { module, diagnostics } = compileToKernels(source, options)
  if (module === undefined) throw new Error(diagnostics[0]?.message ?? 'no module')
  emitJs(module.plan, module.programs, { precision: 'f32' })
  ended('emit')
  return { ...seconds, total: (last - start) / 1000 }
}

function row(...cells) {
  return cells.map((cell) => String(cell).padStart(8)).join('')
}
