// `npm run bench:gpu [-- WORD…]`: milliseconds of the js and gpu backends in one run, and their ratios, for workloads
// whose name holds one of the words. gpu runs in the mode that it takes in Node, WebAssembly, so the time is the
// process's own, which other programs do not lengthen.
import { execFileSync } from 'node:child_process'
import { availableParallelism, cpus, loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const workloads = [
  ['digits, 64 rows', 'examples/digits/digits.lossdsl', { N: 64, D: 64 }],
  ['digits, 1024 rows', 'examples/digits/digits.lossdsl', { N: 1024, D: 64 }],
  ['cnn, 64 rows', 'examples/cnn/cnn.lossdsl', { N: 64 }],
  ['softmax cross-entropy, 64 x 10', 'bench/gpu/softmax.lossdsl', { N: 64, C: 10 }],
  ['softmax cross-entropy, 1024 x 1000', 'bench/gpu/softmax.lossdsl', { N: 1024, C: 1000 }],
]

const words = process.argv.slice(2)
console.log(`${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.version}`)
console.log(row('', '', 'js (ms)', 'gpu (ms)', 'gpu/js', 'load'))
for (const [name, file, axes] of workloads) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue
  const sizes = Object.entries(axes).map(([axis, size]) => `--axis=${axis}=${size}`)
  const options = ['--backend', 'js,gpu', '--entry', 'train', '--seconds', '2', '--cpu', '--json']
  const command = ['dist/cli/main.js', 'bench', file, ...sizes, ...options]
  const { calls } = JSON.parse(execFileSync(process.execPath, command, { cwd: root }).toString())
  for (const { call, milliseconds } of calls) {
    const { js, gpu } = milliseconds
    const [load = NaN] = loadavg()
    console.log(
      row(
        name,
        call.replace('train.', ''),
        js.toFixed(3),
        gpu.toFixed(3),
        (gpu / js).toFixed(1),
        load.toFixed(1),
      ),
    )
  }
}

function row(name, call, ...cells) {
  return name.padEnd(36) + call.padEnd(14) + cells.map((cell) => cell.padStart(10)).join('')
}
