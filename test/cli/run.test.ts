// What holds for every command: help, unknown names, whose fault it is.
import { expect, test } from 'vitest'
import { call, fixtureCompiler, temporaryFolder } from './call.ts'

const folder = temporaryFolder()
const commands = ['compile', 'check', 'fmt', 'train', 'predict', 'evaluate', 'bench']

test.each(commands)('%s --help shows examples', async (command) => {
  const { code, out, err } = await call(folder, [command, '--help'])
  expect(code).toBe(0)
  expect(err).toBe('')
  expect(out).toContain(`Usage: lossdsl ${command} [options]`)
  expect(out).toContain(`$ lossdsl ${command} `)
})

test('--help names every command, --version the version', async () => {
  const { code, out } = await call(folder, ['--help'])
  expect(code).toBe(0)
  for (const command of commands) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'))
  expect((await call(folder, ['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('without a command: the help, and a call at fault', async () => {
  const { code, err } = await call(folder, [])
  expect(code).toBe(2)
  expect(err).toContain('Usage: lossdsl')
})

test.each([
  [['trian', 'a.lossdsl'], 'Did you mean train?'],
  [['train', 'a.lossdsl', '--data', 'd.csv', '--epoch', '3'], 'Did you mean --epochs?'],
  [['compile'], "missing required argument 'file'"],
  [['compile', 'a.lossdsl', '--backend', 'cuda'], 'Allowed choices are js, wasm, gpu.'],
  [['compile', 'a.lossdsl', 'b.lossdsl'], 'too many arguments'],
])('%j', async (args, message) => {
  const { code, err } = await call(folder, args)
  expect(code).toBe(2)
  expect(err).toContain(message)
})

test('a fault of ours is told as ours', async () => {
  const compiler = {
    ...fixtureCompiler(),
    compile: () => {
      throw new TypeError('x is undefined')
    },
  }
  const { code, err } = await call(folder, ['compile', '-'], { stdin: 'axis N', compiler })
  expect(code).toBe(1)
  expect(err).toContain('this is a fault of lossdsl, not of your file.')
  expect(err).toContain('TypeError: x is undefined')
})
