// `lossdsl import` and `export`: to a trained model of PyTorch's and back, by way of files.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readSafetensors, writeSafetensors } from '../../runtime/index.ts'
import { call, temporaryFolder } from './call.ts'

const folder = temporaryFolder()
const put = (name: string, content: string | Uint8Array) =>
  writeFileSync(join(folder, name), content)
const tensorsOf = (name: string) => readSafetensors(readFileSync(join(folder, name))).tensors

put(
  'line.lossdsl',
  `axis N, D
input x: [N, D]
input y: [N]
use line = Linear[D ->]
output guess = line(x)
loss train = mse(line(x), y)
minimize train with adam(lr = 0.1)
`,
)
put('rows.csv', 'a,b,y\n1,2,3\n2,0,1\n0,1,1\n')
/** torch.nn.Sequential(torch.nn.Linear(2, 1)). */
const torch = {
  '0.weight': { data: Float32Array.of(0.5, -2), shape: [1, 2] },
  '0.bias': { data: Float32Array.of(0.25), shape: [1] },
}
put('torch.safetensors', writeSafetensors(torch))
const lossdsl = (line: string, circumstances = {}) => call(folder, line.split(' '), circumstances)

test('what PyTorch trained predicts, is evaluated, and is trained on', async () => {
  expect(
    await lossdsl('import line.lossdsl --load torch.safetensors --map 0.*=line.* -o m.safetensors'),
  ).toMatchObject({ code: 0, err: '', out: 'm.safetensors (6 tensors, 0.6 kB)\n' })

  const predicted = await lossdsl(
    'predict line.lossdsl --load m.safetensors --data rows.csv --input x=a:b',
  )
  // x · weight + bias, by hand
  expect(predicted).toMatchObject({ code: 0, out: 'guess\n-3.25\n1.25\n-1.75\n' })

  const evaluated = await lossdsl(
    'evaluate line.lossdsl --load m.safetensors --data rows.csv --input x=a:b',
  )
  expect(evaluated).toMatchObject({ code: 0, err: '' })
  expect(Number(evaluated.out.split(' ')[1])).toBeCloseTo(
    (6.25 ** 2 + 0.25 ** 2 + 2.75 ** 2) / 3,
    5,
  )

  const trained = await lossdsl(
    'train line.lossdsl --resume m.safetensors --data rows.csv --input x=a:b --seed 4 --epochs 3 --json --save t.safetensors',
  )
  expect(trained).toMatchObject({ code: 0, err: '' })
  const [first = ''] = trained.out.split('\n')
  expect((JSON.parse(first) as { train: { train: number } }).train.train).toBeCloseTo(15.5625, 4)
  expect(trained.out.trim().split('\n')).toHaveLength(4)

  const exported = await lossdsl(
    'export line.lossdsl --load t.safetensors --map line.*=0.* -o back.safetensors',
  )
  expect(exported).toMatchObject({
    code: 0,
    err: '',
    out: 'back.safetensors (2 tensors, 0.2 kB)\n',
  })
  const back = tensorsOf('back.safetensors')
  expect([...back].map(([name, { shape }]) => [name, shape])).toEqual([
    ['0.bias', [1]],
    ['0.weight', [1, 2]],
  ])
  expect(back.get('0.bias')?.data).toEqual(tensorsOf('t.safetensors').get('line.bias')?.data)
})

test('a mapping may stand in a file, and bytes go through pipes', async () => {
  put('names.txt', '# from PyTorch\n0.weight = line.weight\n0.bias = line.bias\n')
  const { code, bytes } = await lossdsl('import line.lossdsl --load - --map names.txt', {
    stdin: readFileSync(join(folder, 'torch.safetensors')),
  })
  expect(code).toBe(0)
  expect(readSafetensors(bytes).tensors.get('line.bias')?.shape).toEqual([])
})

test('what does not fit writes nothing', async () => {
  const refused = await lossdsl(
    'import line.lossdsl --load torch.safetensors --map 0.weigth=line.weight -o none.safetensors',
  )
  expect(refused).toMatchObject({
    code: 1,
    out: '',
    err: 'lossdsl: The mapping names "0.weigth", and torch.safetensors has no such tensor. Did you mean "0.weight"?\n',
  })
  const bare = await lossdsl('import line.lossdsl --load torch.safetensors -o none.safetensors')
  expect(bare).toMatchObject({
    code: 1,
    err: 'lossdsl: torch.safetensors is of another model: it lacks "line.weight", "line.bias", and it has "0.bias", "0.weight", which the model does not. A mapping tells which is which, as "0.weight=line.weight".\n',
  })
  const other = await lossdsl('export line.lossdsl --load torch.safetensors -o none.safetensors')
  expect(other.code).toBe(1)
  expect(existsSync(join(folder, 'none.safetensors'))).toBe(false)
})

test('training does not go on from a state dict as it is', async () => {
  const shaped = writeSafetensors({
    'line.weight': { data: Float32Array.of(1, 2), shape: [2] },
    'line.bias': { data: Float32Array.of(3), shape: [] },
  })
  put('shaped.safetensors', shaped)
  const train = 'train line.lossdsl --resume shaped.safetensors --data rows.csv --input x=a:b'
  expect(await lossdsl(train)).toMatchObject({
    code: 1,
    err: 'lossdsl: the checkpoint is of another model: it lacks "optimizer.train.line.weight.m", "optimizer.train.line.weight.v", "optimizer.train.line.bias.m", "optimizer.train.line.bias.v". Of a state dict without an optimizer, `lossdsl import` makes a checkpoint.\n',
  })
})

test('a terminal gets no bytes', async () => {
  const line = 'export line.lossdsl --load m.safetensors'
  expect(await lossdsl(line, { terminal: true })).toMatchObject({ code: 2, out: '' })
})
