// `npm run example`: compiles the digits example with the built command line, and trains it on the real digits.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const folder = 'out/digits'
mkdirSync(folder, { recursive: true })

lossdsl(`compile examples/digits/digits.lossdsl -o ${folder}/digits.js`)
lossdsl(
  'train examples/digits/digits.lossdsl --data examples/digits/digits.csv --input x=p00:p77 --validate 0.2' +
    ` --epochs 20 --batch 16 --save ${folder}/digits.safetensors --curve ${folder}/curve.svg`,
)

function lossdsl(line) {
  console.log(`\n$ lossdsl ${line}`)
  const { status, error } = spawnSync(process.execPath, ['dist/cli/main.js', ...line.split(' ')], {
    stdio: 'inherit',
  })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}
