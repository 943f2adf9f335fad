// Tensors out of nothing: `zeros[N, H]()`, `ones[N]()`, `full[N](v)`, and uniform random numbers.
import { report } from '../frame.ts'
import { axisText } from '../../graph/sizeText.ts'
import { constant, noted, spreadOver, tensor } from '../tensors.ts'
import { poison } from '../value.ts'
import type { Builtin } from './builtin.ts'
import { axesGiven, operandsOf, receive } from './given.ts'

function filledWith(name: string, value: number): Builtin {
  return {
    name,
    meaning: `${value} everywhere.`,
    usage: `${name}[N, H]()`,
    apply(site, given) {
      const axes = axesGiven(site, given)
      if (axes === null || receive(site, given, { least: 0 }) === null) return poison
      return spreadOver(site.frame, constant(site.frame, value, false), axes)
    },
  }
}

const full: Builtin = {
  name: 'full',
  meaning: 'The same value everywhere along the named axes.',
  usage: 'full[N, H](value)',
  apply(site, given) {
    const axes = axesGiven(site, given)
    const received = receive(site, given, { least: 1, names: ['value'] })
    const operands = received === null ? null : operandsOf(site, received.positional)
    const [operand] = operands ?? []
    if (axes === null || operand === undefined) return poison
    const present = operand.tensor.node.axes.find((axis) => axes.includes(axis))
    if (present === undefined) return spreadOver(site.frame, operand.tensor, axes)
    report(site.frame, 'spread-present', site.span, {
      text: operand.text,
      axis: axisText(present),
    })
    return poison
  },
}

/** Each place in the program draws numbers of its own; they depend on seed, step and place alone. */
const randomUniform: Builtin = {
  name: 'random_uniform',
  meaning: 'Drawn evenly from [0, 1), anew at each step.',
  usage: 'random_uniform[N]()',
  apply(site, given) {
    const axes = axesGiven(site, given)
    if (axes === null || receive(site, given, { least: 0 }) === null) return poison
    const { graph } = site.frame.elaboration
    const place = site.frame.site.next(site.name)
    const node = graph.random({ site: place.name, lane: 0, layout: axes })
    return noted(site.frame, tensor({ node, interval: { lo: 0, hi: 1, whole: false } }))
  },
}

export const filling: readonly Builtin[] = [
  filledWith('zeros', 0),
  filledWith('ones', 1),
  full,
  randomUniform,
]
