// What a step descends along: the gradient of each parameter, turned round to maximise, and clipped.
import type { AxisName, LeafNode } from '../graph/node.ts'
import { suggest } from '../source/suggest.ts'
import type { Minimize } from '../syntax/ast.ts'
import { textOf } from './describe.ts'
import { evaluate } from './evaluate.ts'
import { report, type Frame } from './frame.ts'
import type { Target } from './optimizer.ts'
import { apply, constant, tensor } from './tensors.ts'
import type { Tensor } from './value.ts'

export interface Trained {
  readonly path: string
  readonly leaf: LeafNode
  /** See ModuleTensor. */
  readonly copies: readonly AxisName[]
  readonly gradient: Tensor
}

/** Of every parameter; turned round to maximise, and clipped as the statement says, in the order written. */
export function gradientsOf(
  { direction, options }: Minimize,
  { value, parameters }: Pick<Target, 'value' | 'parameters'>,
  frame: Frame,
): readonly Trained[] | null {
  const { graph } = frame.elaboration
  let trained = parameters.map(({ name, leaf, copies = [] }): Trained => {
    const gradient = tensor({ node: graph.gradient(value, leaf) })
    const turned = direction === 'maximize' ? apply(frame, 'neg', [gradient]) : gradient
    return { path: name, leaf, copies, gradient: turned }
  })
  for (const [i, { name, value: expression }] of options.entries()) {
    if (options.slice(0, i).some((before) => before.name.text === name.text)) {
      report(frame, 'argument-twice', name.span, { name: name.text })
      return null
    }
    const clip = Object.hasOwn(clips, name.text) ? clips[name.text] : undefined
    const bound = evaluate(expression, frame)
    if (clip === undefined) {
      const near = suggest(name.text, Object.keys(clips))
      report(frame, 'unknown-option', name.span, {
        name: name.text,
        of: direction,
        known: Object.keys(clips),
        ...(near === undefined ? {} : { near }),
      })
      return null
    }
    if (bound.kind === 'poison') return null
    if (bound.kind !== 'number' || !(bound.value >= 0)) {
      report(frame, 'option-out-of-range', expression.span, {
        name: name.text,
        of: direction,
        value: textOf(expression),
        range: 'a number that is not negative',
      })
      return null
    }
    trained = clip(trained, bound.value, frame)
  }
  return trained
}

type Clip = (trained: readonly Trained[], bound: number, frame: Frame) => Trained[]

const clips: Readonly<Record<string, Clip>> = {
  /** All gradients together have at most this 2-norm. torch: clip_grad_norm_, with its 1e-6. */
  clip_norm(trained, bound, frame) {
    const { graph } = frame.elaboration
    const squares = trained.map(({ gradient }) => {
      const square = apply(frame, 'square', [gradient])
      return tensor({ node: graph.reduce('sum', square.node.axes, square.node) })
    })
    const [first, ...others] = squares
    if (first === undefined) return []
    const total = others.reduce((sum, square) => apply(frame, 'add', [sum, square]), first)
    const norm = apply(frame, 'sqrt', [total])
    const padded = apply(frame, 'add', [norm, constant(frame, 1e-6, false)])
    const ratio = apply(frame, 'div', [constant(frame, bound, false), padded])
    const scale = apply(frame, 'min', [ratio, constant(frame, 1, false)])
    return trained.map((one) => ({ ...one, gradient: apply(frame, 'mul', [one.gradient, scale]) }))
  },
  clip_value(trained, bound, frame) {
    const ends = [constant(frame, -bound, false), constant(frame, bound, false)]
    return trained.map((one) => ({
      ...one,
      gradient: apply(frame, 'clamp', [one.gradient, ...ends]),
    }))
  },
}
