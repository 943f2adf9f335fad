// Which updates a step runs: those of the instances that its loss reaches, wherever it calls them.
import { expect, test } from 'vitest'
import { lower } from '../../compiler/lower/lower.ts'
import { program } from './checking.ts'

/** The states that `train.step` writes. */
function written(loss: string): string[] {
  return statesWritten(`axis N, D = 2, H = 3
      input x: [N, D]
      use first = Linear[D -> H]
      use norm = BatchNorm[H]
      use last = Linear[H ->]
      let h = first(x)
      loss train = ${loss}
      minimize train with sgd(lr = 0.1)`)
}

function statesWritten(source: string): string[] {
  const plan = lower(program(source))
  const entry = plan.entries.find(({ name }) => name === 'train')
  if (entry?.kind !== 'loss' || entry.step === undefined) throw new Error('train has no step')
  return entry.step.results.flatMap(({ target }) => (target.kind === 'state' ? [target.path] : []))
}

const both = ['norm.running_mean', 'norm.running_var']

test.each([
  ['a call', 'mean(last(norm(h)))', both],
  ['a call inside `grad`', 'mean(grad(sum(last(norm(h)) ^ 2), h) ^ 2) + 0 * mean(h)', both],
  ['a gradient by what the call gives', 'mean(grad(last(norm(h)) ^ 2, norm(h)))', both],
  ['a gradient of a gradient', 'mean(grad(grad(last(norm(h)) ^ 3, h), h) ^ 2)', both],
])('%s', (_, loss, paths) => {
  expect(written(loss)).toEqual(paths)
})

/** Beside an instance that only an output calls. */
test.each([
  [
    'the same call of another',
    'BatchNorm[D](affine = false)',
    'b(x)',
    ['b.running_mean', 'b.running_var'],
  ],
  ['what the call gives back', 'Counting', 'square(x)', []],
  ['a call that gives its argument', 'Counting', 'b(x)', ['b.calls']],
])('%s', (_, block, ofLoss, paths) => {
  const source = `block Counting() {
      state calls = 0
      update calls = calls + 1
      apply(x) = x
    }
    axis N, D = 2
    input x: [N, D]
    use a = ${block}
    use b = ${block}
    param w: [] = 1
    output seen = a(x) + b(x)
    loss train = mean(w * ${ofLoss})
    minimize train with sgd(lr = 0.1)`
  expect(statesWritten(source)).toEqual(paths)
})

test.each([
  ['two parts', '(x, x ^ 2)', 'let (p, q) = b(x)', 'mean(q)', ['b.calls']],
  ['a part of a part', '(x, (x ^ 2, 1))', 'let (p, (q, r)) = b(x)', 'mean(r * q)', ['b.calls']],
  ['parts that the loss leaves out', '(x, x ^ 2)', 'let (p, q) = b(x)', 'mean(x)', []],
])('a call that gives a tuple: %s', (_, given, taken, ofLoss, paths) => {
  const source = `block Counting() {
      state calls = 0
      update calls = calls + 1
      apply(x) = ${given}
    }
    axis N
    input x: [N]
    use b = Counting
    param w: [] = 1
    ${taken}
    output seen = p
    loss train = w * ${ofLoss}
    minimize train with sgd(lr = 0.1)`
  expect(statesWritten(source)).toEqual(paths)
})
