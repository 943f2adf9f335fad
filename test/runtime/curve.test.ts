import { expect, test } from 'vitest'
import { learningCurve, type EpochRecord } from '../../runtime/index.ts'

const history: EpochRecord[] = [1, 2, 3, 4].map((epoch) => ({
  epoch,
  step: epoch * 10,
  train: { train: 2 / epoch, accuracy: 1 - 0.5 / epoch },
  validation: { train: 2.2 / epoch, accuracy: 1 - 0.6 / epoch },
}))

test('losses above, metrics below, each with training and validation', () => {
  expect(learningCurve(history, { losses: ['train'], title: 'digits' })).toMatchSnapshot()
})

test('equal histories give equal bytes', () => {
  expect(learningCurve(structuredClone(history))).toBe(learningCurve(history))
})

test('names cannot break out of their text', () => {
  const svg = learningCurve(history, { title: '</title><script>alert("&")</script>' })
  expect(svg).not.toContain('<script>')
  expect(svg).toContain('&#60;script&#62;')
})

test.each([
  ['no epoch', []],
  ['one epoch', history.slice(0, 1)],
  ['a value that is no number', [...history, { epoch: 5, step: 50, train: { train: NaN } }]],
  ['an infinite value', [...history, { epoch: 5, step: 50, train: { train: Infinity } }]],
  [
    'a constant',
    history.map((record) => ({ ...record, train: { train: 0 }, validation: { train: 0 } })),
  ],
  [
    'many epochs',
    Array.from({ length: 1000 }, (_, i) => ({ epoch: i + 1, step: i, train: { l: 1 / (i + 1) } })),
  ],
])('%s: a drawing without NaN', (_, records) => {
  const svg = learningCurve(records)
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
  expect(svg.endsWith('</svg>\n')).toBe(true)
  expect(svg.match(/class="tick middle"/g)?.length ?? 0).toBeLessThan(14)
})
