// The examples learn on the device in Node as in plain JavaScript: the same losses step by step.
import { expect, test } from 'vitest'
import { example } from '../browser/site.ts'
import { train, trainings, worstOf, type Twins } from '../browser/training.ts'
import { load } from './run.ts'

test.each(trainings)('$module', async (training) => {
  const source = example(`${training.module}/${training.module}.lossdsl`)
  const [gpu, js] = [await load(source), await load(source, 'js')]
  const twins = { gpu, js } as unknown as Twins
  const trained = await train(twins, training, example(training.data), 'webasm')
  expect([trained.device.mode, trained.device.onHost]).toEqual(['webasm', {}])
  expect(trained.losses).toHaveLength(training.steps)
  expect(worstOf(trained)).toBeLessThan(1e-4)
})
