// Packs the package, lets publint and attw look at it, installs it into an empty project, and uses it there as a
// stranger would: the compiler and the runtime from TypeScript, and the command line.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'lossdsl-package-'))
const binaries = join(root, 'node_modules', '.bin')

try {
  run(root, 'npm', ['pack', '--ignore-scripts', '--pack-destination', folder])
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'))
  if (archive === undefined) throw new Error('npm pack left no archive')
  run(root, join(binaries, 'publint'), ['--strict', join(folder, archive)])
  run(root, join(binaries, 'attw'), ['--profile', 'esm-only', join(folder, archive)])

  const contents = run(folder, 'tar', ['-tzf', archive])
  for (const file of ['LICENSE', 'CHANGELOG.md', 'README.md']) {
    if (!contents.includes(`package/${file}`)) throw new Error(`the package lacks ${file}`)
  }

  write('package.json', '{ "private": true, "type": "module" }')
  run(folder, 'npm', ['install', '--no-audit', '--no-fund', `./${archive}`])

  write('model.lossdsl', readFileSync(join(root, 'examples/digits/digits.lossdsl'), 'utf8'))
  run(folder, 'npx', ['--no-install', 'lossdsl', 'compile', 'model.lossdsl', '-o', 'model.js'])
  write(
    'use.ts',
    `import { compile, render, type Diagnostic } from 'lossdsl'
import { batches, fit } from 'lossdsl/runtime'
import * as model from './model.js'

const text = 'axis N\\ninput a: [N]\\nloss r = mean(hubber(a, 0))'
const { code, diagnostics }: { code?: string; diagnostics: readonly Diagnostic[] } = compile(text)
if (code !== undefined || diagnostics.length !== 1) throw new Error('one mistake, one diagnostic')
const words = diagnostics.map((diagnostic) => render(diagnostic, text)).join('')
if (!words.includes('huber')) throw new Error(words)

const trained = model.init({ seed: 1, axes: { D: 64 } })
const x = new Float32Array(2 * 64)
const loss: number = model.train.step(trained, { x, digit: [3, 4] })
const { shape } = model.probabilities(trained, { x })
if (!Number.isFinite(loss) || shape[1] !== 10) throw new Error(\`\${loss}, \${shape}\`)
if (typeof fit !== 'function' || typeof batches !== 'function') throw new Error('no runtime')
console.log('used', loss)
`,
  )
  const options = ['--target', 'es2022', '--module', 'nodenext', '--strict', '--lib', 'es2023,dom']
  run(folder, join(binaries, 'tsc'), [...options, '--noEmitOnError', 'use.ts'])
  console.log(run(folder, process.execPath, ['use.js']).trim())
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function write(name, text) {
  writeFileSync(join(folder, name), text)
}

/** Its output; when it fails, told whole. */
function run(cwd, command, args) {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new Error(`${command} ${args.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? ''}`, {
      cause: error,
    })
  }
}
