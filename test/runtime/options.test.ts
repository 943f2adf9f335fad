// Calls that no types guard: other options than there are, and other values than are wanted, are named.
import { expect, test } from 'vitest'
import {
  evaluate,
  fit,
  loadModel,
  predict,
  prepare,
  readCheckpoint,
  saveModel,
  stateDict,
} from '../../runtime/index.ts'
import { iris, irisExamples, softmaxModule } from './fixture/data.ts'

const { signature } = softmaxModule
const { examples } = irisExamples()
const { model } = await fit(softmaxModule, examples, { epochs: 0 })
const bytes = saveModel(signature, model)

/** What a program without types may give. */
const untyped = (value: unknown) => value as never
const noModule = untyped({})
const pending = untyped(Promise.resolve(softmaxModule))

test.each<[string, () => unknown, string]>([
  [
    'fit: epoch',
    () => fit(softmaxModule, examples, untyped({ epoch: 3 })),
    'fit has no option "epoch". Did you mean "epochs" or "onEpoch"?',
  ],
  [
    'fit: batch',
    () => fit(softmaxModule, examples, untyped({ batch: 3 })),
    'fit has no option "batch". Did you mean "batchSize" or "onBatch"?',
  ],
  [
    'fit: an option of the command line',
    () => fit(softmaxModule, examples, untyped({ save: 'm.safetensors' })),
    'fit has no option "save". There are "loss", "epochs", "batchSize", "validate", ',
  ],
  [
    'fit: a number',
    () => fit(softmaxModule, examples, untyped(3)),
    'fit takes its options as an object, as { loss, epochs, batchSize, … }.',
  ],
  [
    'evaluate',
    () => evaluate(softmaxModule, model, examples, untyped({ entrys: ['accuracy'] })),
    'evaluate has no option "entrys". Did you mean "entries"?',
  ],
  [
    'predict',
    () => predict(softmaxModule, model, examples, untyped({ outputs: ['probabilities'] })),
    'predict has no option "outputs". There are "entries", "rows", "batchSize".',
  ],
  [
    'prepare',
    () => prepare(signature, [iris], untyped({ standardise: ['x'] })),
    'prepare has no option "standardise". Did you mean "standardize"?',
  ],
])('an option that is none: %s', async (_, call, message) => {
  await expect(async () => call()).rejects.toThrow(TypeError)
  await expect(async () => call()).rejects.toThrow(message)
})

test.each<[string, () => unknown, string]>([
  [
    'bytes to load',
    () => loadModel(softmaxModule, untyped(bytes)),
    'A checkpoint as readCheckpoint(bytes) gives it is wanted, not Uint8Array.',
  ],
  [
    'bytes to resume',
    () => fit(softmaxModule, examples, { resume: untyped(bytes) }),
    'A checkpoint as readCheckpoint(bytes) gives it is wanted, not Uint8Array.',
  ],
  [
    'a module in place of its signature',
    () => saveModel(untyped(softmaxModule), model),
    "saveModel takes a module's signature, not the module: give module.signature.",
  ],
  [
    'no signature',
    () => stateDict(untyped(null), model),
    "stateDict takes a module's signature, not null.",
  ],
  [
    'a module to prepare for',
    () => prepare(untyped(softmaxModule), [iris]),
    "prepare takes a module's signature, not the module: give module.signature.",
  ],
  ['fit', () => fit(noModule, examples), 'fit takes a generated module, not Object.'],
  ['fit before the module is there', () => fit(pending, examples), 'module, not Promise.'],
  ['evaluate', () => evaluate(noModule, model, examples), 'evaluate takes a generated module'],
  ['predict', () => predict(noModule, model, examples), 'predict takes a generated module'],
  [
    'loadModel',
    () => loadModel(untyped(signature), readCheckpoint(bytes)),
    'loadModel takes a generated module, not its signature alone.',
  ],
])('another value than is wanted: %s', async (_, call, message) => {
  await expect(async () => call()).rejects.toThrow(TypeError)
  await expect(async () => call()).rejects.toThrow(message)
})
