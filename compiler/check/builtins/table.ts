// Every builtin by name, in the order of the reference page.
import { operations } from '../../ops/table.ts'
import { multiplySizes } from '../../graph/size.ts'
import { resolveAxes } from '../axes.ts'
import { chainOf, repeatOf } from '../chain.ts'
import { sizeValue } from '../constants.ts'
import { report } from '../frame.ts'
import { Scope } from '../scope.ts'
import { apply, asTensor } from '../tensors.ts'
import { isNumeric, poison } from '../value.ts'
import type { Builtin } from './builtin.ts'
import { elementwise } from './elementwise.ts'
import { filling } from './filling.ts'
import { receive } from './given.ts'
import { gradients } from './gradients.ts'
import { joining } from './joining.ts'
import { loops } from './loops.ts'
import { reductions, weightedMean } from './reductions.ts'
import { sorting } from './sorting.ts'

/** `size(C)`: the length of an axis; of a list, how many elements its axes have together. */
const size: Builtin = {
  name: 'size',
  meaning: 'The length of an axis.',
  usage: 'size(C)',
  apply: ({ frame, span, name }) => {
    report(frame, 'size-of-axis', span, { name })
    return poison
  },
  expand(frame, call) {
    const [argument, second] = call.positional
    if (argument?.kind !== 'name' || second !== undefined || call.named.length > 0) {
      report(frame, 'size-of-axis', call.span, { name: 'size' })
      return poison
    }
    const axes = resolveAxes(frame, { text: argument.name, span: argument.span })
    if (axes === null) return poison
    const { sizes } = frame.elaboration.graph
    const member = frame.member === undefined || axes.length < 2 ? undefined : axes[frame.member]
    const chosen = member === undefined ? axes : [member]
    return sizeValue(frame, multiplySizes(...chosen.map((axis) => sizes.of(axis))))
  },
}

/** Whether a label is there: false for a missing one. */
const known: Builtin = {
  name: 'known',
  meaning: 'Whether a label is there; false for a missing one.',
  usage: 'known(y)',
  apply(site, given) {
    const { frame } = site
    const received = receive(site, given, { least: 1, names: ['y'] })
    const value = received?.positional[0]?.value ?? poison
    if (value.kind === 'poison') return poison
    const isMissable =
      value.kind === 'tensor' && value.meaning.kind === 'class' && value.meaning.missing === true
    if (!isMissable || !isNumeric(value)) return { kind: 'boolean', value: true }
    const zero = asTensor(frame, { kind: 'number', value: 0, whole: true })
    return apply(frame, 'ge', [value, zero])
  },
}

const chains: readonly Builtin[] = [
  {
    name: 'chain',
    meaning: 'Blocks and functions applied in turn.',
    usage: 'chain(Linear[D -> H], relu, Linear[H -> C])',
    apply: () => poison,
    expand: chainOf,
  },
  {
    name: 'repeat',
    meaning: 'Independent copies of a block, applied in turn.',
    usage: 'repeat(6, Linear[D -> D])',
    apply: () => poison,
    expand: repeatOf,
  },
]

export const builtins: readonly Builtin[] = [
  ...operations
    .filter(({ callable, name }) => callable && name !== 'min' && name !== 'max')
    .map(elementwise),
  known,
  ...reductions,
  weightedMean,
  ...joining,
  ...sorting,
  ...filling,
  ...gradients,
  ...loops,
  size,
  ...chains,
]

/** The outermost scope: what every file sees. */
export function builtinScope(): Scope {
  const scope = new Scope()
  for (const builtin of builtins) {
    scope.declare(builtin.name, { kind: 'value', value: { kind: 'builtin', builtin } })
  }
  return scope
}
