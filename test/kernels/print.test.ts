// What people see of kernels: loops, locals, and buffers with the reason why a row or a number would not do.
import { expect, test } from 'vitest'
import { kernelsText, targets } from './agreement.ts'
import {
  attention,
  convolution,
  embedding,
  layerNorm,
  perceptronStep,
  softmaxCrossEntropy,
} from './models.ts'

test('softmax cross-entropy with its gradient is one loop over rows', () => {
  const text = kernelsText(softmaxCrossEntropy())
  expect(text.match(/for n\w* </g)).toHaveLength(1)
  expect(text).toMatchSnapshot()
})

test('a training step: products end in bias and activation, gradients in the update', () => {
  expect(kernelsText(perceptronStep())).toMatchSnapshot()
})

test('the same, its products in blocks', () => {
  expect(kernelsText(perceptronStep(), targets.blocked)).toMatchSnapshot()
})

test('the same, a thread for each element', () => {
  expect(kernelsText(perceptronStep(), targets.thread)).toMatchSnapshot()
})

test('a gradient of a lookup is a scatter', () => {
  const text = kernelsText(embedding())
  expect(text).toContain('when ')
  expect(text).toMatchSnapshot()
})

test('attention holds one row of scores', () => {
  expect(kernelsText(attention())).toMatchSnapshot()
})

test('layer norm is one loop over rows', () => {
  expect(kernelsText(layerNorm()).match(/for n\w* </g)).toHaveLength(1)
})

test('a convolution adds whole rows of pixels', () => {
  expect(kernelsText(convolution())).toMatchSnapshot()
})
