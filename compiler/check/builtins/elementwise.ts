// Functions of the table of operations, on aligned operands: `exp(x)`, `atan2(a, b)`, `min(a, b, c)`.
import type { ScalarOperation } from '../../graph/operation.ts'
import { align } from '../align.ts'
import { fold } from '../arithmetic.ts'
import { reportAt, userLocation } from '../frame.ts'
import { apply, asTensor } from '../tensors.ts'
import { poison } from '../value.ts'
import type { Argument, Arguments, KnownBoolean, KnownNumber, Value } from '../value.ts'
import type { Builtin, CallSite } from './builtin.ts'
import { numbers, operandsOf, receive } from './given.ts'

export function elementwise(row: ScalarOperation): Builtin {
  const { name, arity, meaning } = row
  return {
    name,
    meaning,
    usage: `${name}(${['x', 'y', 'z'].slice(0, arity).join(', ')})`,
    apply(site, given) {
      if (!takesNoAxes(site, given)) return poison
      const received = receive(site, given, { least: arity })
      return received === null ? poison : applyRow(row, received.positional, site)
    },
  }
}

/** `min` and `max` of two or more: nested pairs. */
export function ofSeveral(row: ScalarOperation, site: CallSite, given: Arguments): Value {
  const received = receive(site, given, { least: 2, most: Infinity })
  if (received === null) return poison
  const [first, ...others] = received.positional
  if (first === undefined) return poison
  const operands = operandsOf(site, received.positional)
  if (operands === null || !align(site.frame, operands, site.span)) return poison
  let total = first
  for (const other of others) {
    const value = applyRow(row, [total, other], site)
    if (value.kind === 'poison') return poison
    total = { ...first, value }
  }
  return total.value
}

function applyRow(row: ScalarOperation, given: readonly Argument[], site: CallSite): Value {
  const { frame, span } = site
  const values = numbers(site, given)
  if (values === null) return poison
  const known = values.filter(isKnown)
  if (known.length === values.length) {
    const result = fold(row.name, known)
    const isTruth = (row.dataType?.(known.map(typeOf)) ?? 'real') === 'bool'
    return isTruth ? { kind: 'boolean', value: result.value !== 0, ...optionsOf(result) } : result
  }
  const operands = given.map(({ at, text }, i) => {
    const value = values[i]
    if (value === undefined) throw new Error('each argument has its value')
    return { tensor: asTensor(frame, value), at, text }
  })
  if (!align(frame, operands, span)) return poison
  return apply(
    frame,
    row.name,
    operands.map(({ tensor }) => tensor),
    { at: userLocation(frame, span), of: operands[0]?.at },
  )
}

function isKnown(value: Value): value is KnownNumber | KnownBoolean {
  return value.kind === 'number' || value.kind === 'boolean'
}

function typeOf(value: KnownNumber | KnownBoolean): 'int' | 'real' | 'bool' {
  return value.kind === 'boolean' ? 'bool' : value.whole ? 'int' : 'real'
}

function optionsOf({ options }: KnownNumber): { options?: ReadonlySet<string> } {
  return options === undefined ? {} : { options }
}

function takesNoAxes(site: CallSite, { axes }: Arguments): boolean {
  if (axes === undefined) return true
  reportAt(site.frame, 'axes-do-not-fit', axes.at, {
    of: site.name,
    problem: 'it works element by element and takes no axes',
  })
  return false
}
