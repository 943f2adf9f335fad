import { expect, test } from 'vitest'
import {
  batches,
  evaluate,
  examplesOf,
  fit,
  loadModel,
  predict,
  readCheckpoint,
  saveModel,
  type EpochRecord,
  type FitOptions,
  type GeneratedModule,
} from '../../runtime/index.ts'
import { irisExamples, softmaxModule } from './fixture/data.ts'

const { signature } = softmaxModule
const { examples, preparation } = irisExamples()
const run = (options: FitOptions) => fit(softmaxModule, examples, { validate: 0.2, ...options })

test('iris is learned, and the history tells how', async () => {
  const { history, model, stopped } = await run({ epochs: 20, batchSize: 16 })
  expect(history).toHaveLength(20)
  expect(history[0]?.epoch).toBe(1)
  expect(model.step).toBe(20 * Math.ceil(120 / 16))
  expect(Object.keys(history[0]?.train ?? {})).toEqual(['train', 'accuracy'])
  expect(history.at(-1)?.validation?.['accuracy']).toBeGreaterThan(0.9)
  expect(history.at(-1)?.train['train']).toBeLessThan(0.5 * (history[0]?.train['train'] ?? 0))
  expect(stopped).toBe(false)
})

test('the same seed gives the same numbers to the last bit, another seed others', async () => {
  const [first, second, other] = [
    await run({ epochs: 3, seed: 4 }),
    await run({ epochs: 3, seed: 4 }),
    await run({ epochs: 3, seed: 5 }),
  ]
  expect(second.history).toEqual(first.history)
  expect(second.model).toEqual(first.model)
  expect(other.history).not.toEqual(first.history)
})

test('a run that is resumed ends as one that was never cut off', async () => {
  const whole = await run({ epochs: 6, batchSize: 16, seed: 3 })
  const half = await run({ epochs: 3, batchSize: 16, seed: 3 })
  const bytes = saveModel(signature, half.model, { training: half.training, preparation })
  const checkpoint = readCheckpoint(bytes)
  expect(checkpoint.preparation).toEqual(preparation)
  // Seed, batch size and split come from the checkpoint.
  const resumed = await fit(softmaxModule, examples, { epochs: 6, resume: checkpoint })
  expect(resumed.history).toEqual(whole.history)
  expect(resumed.model).toEqual(whole.model)
  expect(saveModel(signature, resumed.model, { training: resumed.training })).toEqual(
    saveModel(signature, whole.model, { training: whole.training }),
  )
})

test('a module that answers in promises gives the same', async () => {
  const later =
    <A extends unknown[], R>(f: (...args: A) => R) =>
    (...args: A) =>
      Promise.resolve().then(() => f(...args))
  type Calls = Record<string, (...args: unknown[]) => unknown>
  const { train, accuracy, init } = softmaxModule as unknown as Calls & { train: Calls }
  const slow = {
    signature,
    init: later(init as () => unknown),
    accuracy: later(accuracy as () => unknown),
    train: {
      value: later(train['value'] as () => unknown),
      step: later(train['step'] as () => unknown),
    },
  } as unknown as GeneratedModule
  const options = { epochs: 2, validate: 0.2 }
  expect((await fit(slow, examples, options)).history).toEqual((await run({ epochs: 2 })).history)
})

test('callbacks follow each batch and each epoch; the checkpoint may be written there', async () => {
  const batches: string[] = []
  const epochs: EpochRecord[] = []
  await run({
    epochs: 2,
    batchSize: 50,
    onBatch: ({ epoch, batch, batches: count }) => batches.push(`${epoch}: ${batch}/${count}`),
    onEpoch: (record, { training, history }) => {
      epochs.push(record)
      expect(training.epoch).toBe(record.epoch)
      expect(history.at(-1)).toBe(record)
    },
  })
  expect(batches).toEqual(['1: 1/3', '1: 2/3', '1: 3/3', '2: 1/3', '2: 2/3', '2: 3/3'])
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2])
})

test('an abort signal stops after the batch that runs', async () => {
  const control = new AbortController()
  const result = await run({
    epochs: 100,
    signal: control.signal,
    onBatch: ({ epoch, batch }) => {
      if (epoch === 3 && batch === 2) control.abort()
    },
  })
  expect(result.stopped).toBe(true)
  expect(result.history).toHaveLength(2)
  expect(result.training.epoch).toBe(2)
})

test('validation may have data of its own', async () => {
  const { history } = await run({ epochs: 1, validate: examples })
  expect(history[0]?.validation?.['accuracy']).toBe(history[0]?.train['accuracy'])
})

test('options of a step reach it', async () => {
  const { model } = await run({ epochs: 1, stepOptions: { lr: 0 } })
  expect(model.params).toEqual((await softmaxModule.init?.({ seed: 1, axes: { D: 4 } }))?.params)
})

test('evaluating in batches weighs them by their rows; predicting joins them', async () => {
  const { model } = await run({ epochs: 3 })
  const whole = await evaluate(softmaxModule, model, examples)
  const parts = await evaluate(softmaxModule, model, examples, { batchSize: 16 })
  expect(parts['accuracy']).toBeCloseTo(whole['accuracy'] ?? 0, 12)
  expect(parts['train']).toBeCloseTo(whole['train'] ?? 0, 12)
  const outputs = await predict(softmaxModule, model, examples, { batchSize: 16 })
  expect(outputs['probabilities']?.shape).toEqual([150, 3])
  expect(outputs).toEqual(await predict(softmaxModule, model, examples))
})

const rows = { x: [5.1, 3.5, 1.4, 0.2, 4.9, 3, 1.4, 0.2], species: [0, 0] }

test('measuring and predicting take the plain data that training takes, and training others to validate on', async () => {
  const { model, history } = await fit(softmaxModule, rows, { epochs: 1, validate: rows })
  const measures = await evaluate(softmaxModule, model, rows)
  expect(measures).toEqual({ train: expect.any(Number), accuracy: 1 })
  expect(history[0]?.validation).toEqual(measures)
  // Labels are none of an output's concern, and the model knows how many numbers a row has.
  const { probabilities } = await predict(softmaxModule, model, { x: rows.x })
  expect(probabilities?.shape).toEqual([2, 3])
  expect(await evaluate(softmaxModule, model, examplesOf(signature, rows))).toEqual(measures)
})

test('of no rows there is nothing to learn or to measure, and the outputs of none are none', async () => {
  const none = { x: { data: [], shape: [0, 4] }, species: [] }
  const { model } = await run({ epochs: 1 })
  await expect(fit(softmaxModule, none)).rejects.toThrow('There are no rows to train on.')
  await expect(evaluate(softmaxModule, model, none)).rejects.toThrow(
    'There are no rows to measure.',
  )
  const { probabilities } = await predict(softmaxModule, model, none)
  expect(probabilities).toMatchObject({ shape: [0, 3], axes: ['N', 'C'] })
})

test('data that are none are told', async () => {
  const { model } = await run({ epochs: 1 })
  const wrong = [[5.1, 3.5]] as never
  await expect(evaluate(softmaxModule, model, wrong)).rejects.toThrow(
    'Data come by the names of the inputs, as { x, species }.',
  )
  await expect(predict(softmaxModule, model, { y: [1] })).rejects.toThrow(
    'The input "x" has no data.',
  )
  expect(() => [...batches(rows as never)]).toThrow('examplesOf(signature, data) makes those')
})

test.each([
  [{ loss: 'trian' }, 'The module has no loss "trian". Did you mean "train"?'],
  [{ epochs: -1 }, '-1 is no number of epochs.'],
  [{ batchSize: 0 }, '0 is no number of rows for a batch.'],
  [{ seed: 1.5 }, '1.5 is no seed: a whole number from 0 to 2^53 - 1 is.'],
  [{ validate: 1 }, '1 is no fraction of the rows: 0.2 sets a fifth aside.'],
  [{ validate: 0.999 }, 'Of 150 rows, 0.999 set aside leaves none to train on.'],
])('refuses %j', async (options, message) => {
  await expect(run(options)).rejects.toThrow(message)
})

test('a loss that is no number any more stops training', async () => {
  await expect(run({ stepOptions: { lr: NaN } })).rejects.toThrow(
    /The loss "train" is not a number any more \(epoch 1, batch 2\)/,
  )
})

test('resuming with another seed is refused: it would mix the parts', async () => {
  const { model, training } = await run({ epochs: 1 })
  const resume = readCheckpoint(saveModel(signature, model, { training }))
  await expect(run({ resume, seed: 9 })).rejects.toThrow('The run to resume had the seed 1')
  const other = { ...resume, training: { ...training, losses: ['both'] } }
  await expect(run({ resume: other })).rejects.toThrow(
    'The checkpoint to resume is of another model: it trained the loss "both", and this one has',
  )
})

test('a file that fixes the rows gets batches of just that many', async () => {
  const axes = { ...signature.axes, N: { size: 40 } }
  const fixed = { ...softmaxModule, signature: { ...signature, axes } }
  const data = { x: new Float32Array(600), species: new Int32Array(150) }
  const { N: _, ...free } = signature.axes
  const flat = { ...examples, axes: { ...free, D: 4, C: 3 } }
  expect(data.x.length).toBe(flat.rows * 4)
  const { model } = await fit(fixed, flat, { epochs: 1 })
  expect(model.step).toBe(3)
  await expect(fit(fixed, flat, { batchSize: 8 })).rejects.toThrow(
    'The axis N has the fixed size 40',
  )
})

test('plain data may have more rows than the file fixes; alone, they have as many', async () => {
  const axes = { ...signature.axes, N: { size: 2 } }
  const sig = { ...signature, axes }
  const x = [1, 2, 3, 4, 5, 6]
  expect(examplesOf(sig, { x: [[1], [2], [3]], species: [0, 1, 2] })).toMatchObject({ rows: 3 })
  expect(examplesOf(sig, { x, species: [0, 1, 2] })).toMatchObject({ rows: 3, axes: { D: 2 } })
  const alone = examplesOf(sig, { x }, { entries: ['probabilities'] })
  expect(alone).toMatchObject({ rows: 2, axes: { D: 3 } })
  const model = await softmaxModule.init?.({ axes: { D: 1 } })
  const fixed = { ...softmaxModule, signature: sig }
  const four = { x: [[1], [2], [3], [4]] }
  const { probabilities } = await predict(fixed, model ?? null, four)
  expect(probabilities?.shape).toEqual([4, 3])
})

test('an axis of parameters keeps its size, where rows are looked for', () => {
  const axes = { N: { size: 2 }, D: { size: 3 }, C: { size: 3 } }
  const scale = { name: 'scale', axes: ['D'], kind: 'real', optional: false } as const
  const x = { ...scale, name: 'x', axes: ['N', 'D'] }
  const entries = { loss: { kind: 'loss', inputs: [scale, x] } } as const
  const sig = { ...signature, axes, entries }
  expect(examplesOf(sig, { scale: [1, 2, 3], x: Array(12).fill(0) })).toMatchObject({
    rowAxis: 'N',
    rows: 4,
  })
  expect(() => examplesOf(sig, { scale: [1, 2, 3, 4, 5], x: [[0, 0, 0]] })).toThrow('"scale"')
})

const trained = await run({ epochs: 1 })
const saved = readCheckpoint(saveModel(signature, trained.model, { training: trained.training }))

test('a model comes back from its checkpoint, sizes and all', async () => {
  expect(await loadModel(softmaxModule, saved)).toEqual(trained.model)
})

test('without the optimizer, for predicting', async () => {
  const tensors = new Map([...saved.tensors].filter(([name]) => !name.startsWith('optimizer.')))
  const model = await loadModel(softmaxModule, { ...saved, tensors }, { optimizer: 'out' })
  expect(model.params).toEqual(trained.model.params)
  await expect(loadModel(softmaxModule, { ...saved, tensors })).rejects.toThrow(
    'it lacks "optimizer.train.layer.w.m"',
  )
})

test('a checkpoint of another model is refused, with what differs', async () => {
  const renamed = new Map(
    [...saved.tensors].map(([name, tensor]) => [name.replace('layer.w', 'layers.w'), tensor]),
  )
  await expect(
    loadModel(
      softmaxModule,
      { ...saved, tensors: renamed },
      { optimizer: 'out', source: 'm.safetensors' },
    ),
  ).rejects.toThrow(
    'm.safetensors is of another model: it lacks "layer.w", and it has "layers.w", which the model does not. "layers.w" may be what is now called "layer.w".',
  )
  const transposed = new Map(saved.tensors)
  const w = saved.tensors.get('layer.w')
  if (w !== undefined) transposed.set('layer.w', { ...w, shape: [4, 3] })
  await expect(loadModel(softmaxModule, { ...saved, tensors: transposed })).rejects.toThrow(
    '"layer.w" has the shape [4, 3], and the model wants [3, 4].',
  )
})

test('damaged records are told', () => {
  const damage = (metadata: Record<string, string>) => {
    const bytes = saveModel(signature, trained.model)
    const text = new TextDecoder('latin1').decode(bytes)
    const [from = '', to = ''] = Object.entries(metadata)[0] ?? []
    return Uint8Array.from(text.replace(from, to), (mark) => mark.charCodeAt(0))
  }
  expect(() => readCheckpoint(damage({ 'lossdsl 1': 'lossdsl 9' }))).toThrow(
    'is of the format "lossdsl 9"',
  )
  expect(() => readCheckpoint(damage({ '\\"step\\"': '\\"stop\\"' }))).toThrow(
    'its record "model" is damaged',
  )
})
