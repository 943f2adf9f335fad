// The examples learn in a page as they do in plain JavaScript, in each mode of gpu.js: real data, the same batches, the same
// losses step by step.
import { beforeAll, describe, expect, test } from 'vitest'
import { browser, describeInBrowser } from './chromium.ts'
import type { Page, Training } from './page.ts'
import { example, site } from './site.ts'

declare const page: Page

const digits = { data: 'digits.csv', steps: 50 }
const trainings: readonly Omit<Training, 'mode'>[] = [
  { ...digits, module: 'digits', columns: { x: 'p00:p77' }, rows: 16 },
  { ...digits, module: 'cnn', columns: { image: 'p00:p77' }, rows: 4 },
  {
    module: 'lstm',
    data: 'sums.csv',
    columns: { value: 'v0:v9', mark: 'm0:m9' },
    rows: 8,
    steps: 50,
  },
]

describeInBrowser('training in a page', () => {
  let address = ''
  beforeAll(async () => {
    address = await site({
      sources: {
        digits: example('digits/digits.lossdsl'),
        cnn: example('cnn/cnn.lossdsl'),
        lstm: example('lstm/lstm.lossdsl'),
      },
      files: { 'digits.csv': example('digits/digits.csv'), 'sums.csv': example('lstm/sums.csv') },
    })
  }, 120_000)

  describe.each(['webgl2', 'webgpu', 'webasm'])('%s', (mode) => {
    test.each(trainings)('$module', async (training) => {
      const tab = await (await browser()).newPage()
      await tab.goto(address)
      const given: Training = { ...training, mode }
      const { device, losses } = await tab.evaluate((given) => page.train(given), given)
      expect([device.mode, device.why]).toEqual([mode, 'asked for'])
      expect(losses).toHaveLength(training.steps)
      const worst = Math.max(...losses.map(({ got, want }) => Math.abs(got / want - 1)))
      expect(worst).toBeLessThan(1e-4)
      await tab.close()
    })
  })
})
