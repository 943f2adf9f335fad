// `scan[T](step, start, xs)` and `fold[T](step, start, xs)`: every carry along T, or the last.
import type { AxisName } from '../../graph/node.ts'
import { axisText } from '../../graph/sizeText.ts'
import { count as words } from '../../source/words.ts'
import type { Parameter } from '../../syntax/ast.ts'
import { axesText } from '../axes.ts'
import { report, reportAt } from '../frame.ts'
import { runLoop } from '../loop.ts'
import { asTensor } from '../tensors.ts'
import { isCallable, isNumeric, nounOf, poison } from '../value.ts'
import type { Argument, Arguments, Callable, Tensor, Value } from '../value.ts'
import type { Builtin, CallSite } from './builtin.ts'
import { axesGiven, isPoisoned, receive } from './given.ts'

function loop(name: 'scan' | 'fold', meaning: string): Builtin {
  return {
    name,
    meaning,
    usage: `${name}[T]((carry, x) => …, start, xs)`,
    apply(site, given) {
      const axis = axisOf(site, given)
      const expected = { least: 3, names: ['step', 'start', 'xs'] }
      const received = axis === null ? null : receive(site, given, expected)
      const [step, start, elements] = received?.positional ?? []
      if (axis === null || step === undefined || start === undefined || elements === undefined) {
        return poison
      }
      const values = [step.value, start.value, elements.value]
      if (isPoisoned(values.flatMap(partsOf))) return poison
      if (!isCallable(step.value)) {
        const facts = { name, text: step.text, noun: nounOf(step.value) }
        reportAt(site.frame, 'loop-step', step.at, facts)
        return poison
      }
      const misfit = countsOf(step.value).find((count) => count.most < 2 || count.least > 2)
      if (misfit !== undefined) {
        const found = words(misfit.most < 2 ? misfit.most : misfit.least, 'argument')
        reportAt(site.frame, 'loop-step-count', step.at, { name, found })
        return poison
      }
      const carries = numbersIn(site, start)
      const xs = numbersIn(site, elements)
      if (carries === null || xs === null || !runsAlong(site, axis, xs, elements)) return poison
      if (name === 'scan' && carries.some(({ node }) => node.axes.includes(axis))) {
        const facts = { name, axis: axisText(axis), text: start.text }
        reportAt(site.frame, 'loop-start-axis', start.at, facts)
        return poison
      }
      return runLoop(site, {
        axis,
        form: name === 'scan' ? 'every' : 'last',
        callee: step.value,
        calleeText: step.text,
        start: { value: start.value, parts: carries },
        carry: start,
        elements: { value: elements.value, parts: xs, argument: elements },
      })
    },
  }
}

export const loops: readonly Builtin[] = [
  loop('scan', 'What the steps give, one after another along an axis.'),
  loop('fold', 'What the last step along an axis gives; the start, if there is none.'),
]

function axisOf(site: CallSite, given: Arguments): AxisName | null {
  const axes = axesGiven(site, given)
  if (axes === null) return null
  const [axis, second] = axes
  if (axis !== undefined && second === undefined) return axis
  report(site.frame, 'loop-axis', given.axes?.at.span ?? site.span, { name: site.name })
  return null
}

/** How many arguments a function of one signature takes. */
function countsOf(step: Callable): readonly { readonly least: number; readonly most: number }[] {
  if (step.kind === 'lambda') {
    const { length } = step.lambda.parameters
    return [{ least: length, most: length }]
  }
  // A chain hands one value from part to part.
  if (step.kind === 'instance' && step.instance.kind !== 'block') return [{ least: 1, most: 1 }]
  const parameters = parametersOf(step)
  if (parameters === undefined) return []
  const least = parameters.filter((parameter) => parameter.default === undefined).length
  return [{ least, most: parameters.length }]
}

function parametersOf(step: Callable): readonly Parameter[] | undefined {
  if (step.kind === 'functions') {
    const [only, second] = step.overloads
    return second === undefined ? only?.fn.parameters : undefined
  }
  const isBlock = step.kind === 'instance' && step.instance.kind === 'block'
  return isBlock ? step.instance.declaration.block.apply.parameters : undefined
}

/** A tuple's parts, through tuples in it. */
function partsOf(value: Value): readonly Value[] {
  return value.kind === 'tuple' ? value.items.flatMap(partsOf) : [value]
}

function numbersIn(site: CallSite, { value, at, text }: Argument): readonly Tensor[] | null {
  const tensors: Tensor[] = []
  for (const part of partsOf(value)) {
    if (!isNumeric(part)) {
      reportAt(site.frame, 'not-a-number', at, { text, noun: nounOf(part), isBlock: false })
      return null
    }
    tensors.push(asTensor(site.frame, part))
  }
  return tensors
}

/** One element of the tuple is enough: what lacks the axis is the same for every step. */
function runsAlong(
  site: CallSite,
  axis: AxisName,
  elements: readonly Tensor[],
  { text, at }: Argument,
): boolean {
  if (elements.some(({ node }) => node.axes.includes(axis))) return true
  const present = [...new Set(elements.flatMap(({ node }) => node.axes))]
  reportAt(site.frame, 'loop-elements', at, {
    name: site.name,
    text,
    axis: axisText(axis),
    axes: axesText(site.frame, present),
  })
  return false
}
