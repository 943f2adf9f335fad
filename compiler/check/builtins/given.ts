// The arguments of a builtin: counted, named, and numbers where numbers are wanted.
import { suggest } from '../../source/suggest.ts'
import { count } from '../../source/words.ts'
import type { AxisName } from '../../graph/node.ts'
import { axisText } from '../../graph/sizeText.ts'
import { axesText } from '../axes.ts'
import { warnOfClass } from '../arithmetic.ts'
import { use } from '../constants.ts'
import { locate, reportAt } from '../frame.ts'
import type { Operand } from '../align.ts'
import { asTensor } from '../tensors.ts'
import { isNumeric, nounOf } from '../value.ts'
import type {
  Argument,
  Arguments,
  KnownBoolean,
  KnownNumber,
  SizeValue,
  Tensor,
  Value,
} from '../value.ts'
import type { CallSite } from './builtin.ts'

export interface Expected {
  readonly least: number
  /** Absent: as many as `least`. */
  readonly most?: number
  /** Names of the positional arguments, which may also be given by name, and of options. */
  readonly names?: readonly string[]
  readonly options?: readonly string[]
}

export interface Received {
  readonly positional: readonly Argument[]
  readonly options: ReadonlyMap<string, Argument>
}

/** Reports what does not fit; null then. */
export function receive(site: CallSite, given: Arguments, expected: Expected): Received | null {
  const { frame, span, name: of } = site
  const { least, most = least, names = [], options = [] } = expected
  const positional: Argument[] = [...given.positional]
  const taken = new Map<string, Argument>()
  for (const argument of given.named) {
    const place = names.indexOf(argument.name)
    if (place >= 0 && place === positional.length) positional.push(argument)
    else if (options.includes(argument.name)) taken.set(argument.name, argument)
    else {
      const known = [...names, ...options]
      const near = suggest(argument.name, known)
      reportAt(frame, 'unknown-option', argument.nameAt, {
        name: argument.name,
        of,
        known,
        ...(near === undefined ? {} : { near }),
      })
      return null
    }
  }
  if (positional.length >= least && positional.length <= most) {
    return { positional, options: taken }
  }
  const wanted =
    most === Infinity
      ? `at least ${count(least, 'argument')}`
      : least === most
        ? count(least, 'argument')
        : `${least} to ${most} arguments`
  reportAt(frame, 'argument-count', locate(frame, span), { of, wanted, given: positional.length })
  return null
}

type Numeric = Tensor | KnownNumber | KnownBoolean | SizeValue

/** The arguments as numbers, or null with a report. A class number is a doubtful one. */
export function numbers(
  site: CallSite,
  given: readonly Argument[],
  classes: 'quantities' | 'labels' = 'quantities',
): readonly Numeric[] | null {
  const found: Numeric[] = []
  for (const { value, at, text } of given) {
    if (value.kind === 'poison') return null
    if (!isNumeric(value)) {
      reportAt(site.frame, 'not-a-number', at, {
        text,
        noun: nounOf(value),
        isBlock: value.kind === 'template' || value.kind === 'block' || value.kind === 'chain',
      })
      return null
    }
    if (classes === 'quantities')
      warnOfClass({ ...site.frame, path: at.path }, value, text, at.span)
    found.push(value)
  }
  return found
}

export function operandsOf(
  site: CallSite,
  given: readonly Argument[],
  classes: 'quantities' | 'labels' = 'quantities',
): readonly Operand[] | null {
  const values = numbers(site, given, classes)
  if (values === null) return null
  return given.map(({ at, text }, i) => {
    const value = values[i]
    if (value === undefined) throw new Error('each argument has its value')
    return { tensor: asTensor(site.frame, value), at, text }
  })
}

/** An option that must be a number known to the compiler. */
export function knownOption(
  site: CallSite,
  { options }: Received,
  name: string,
  otherwise: number,
): number | null {
  const argument = options.get(name)
  if (argument === undefined) return otherwise
  const { value, at } = argument
  if (value.kind === 'number') return use(site.frame, value)
  if (value.kind !== 'poison') {
    reportAt(site.frame, 'not-known', at, {
      what: `\`${name}\` of \`${site.name}\``,
      found: nounOf(value),
    })
  }
  return null
}

/** An option that must be true or false, and known to the compiler. */
export function knownFlag(
  site: CallSite,
  { options }: Received,
  name: string,
  otherwise: boolean,
): boolean | null {
  const argument = options.get(name)
  if (argument === undefined) return otherwise
  const { value, at } = argument
  if (value.kind === 'boolean') return use(site.frame, value)
  if (value.kind !== 'poison') {
    reportAt(site.frame, 'not-known', at, {
      what: `\`${name}\` of \`${site.name}\``,
      found: nounOf(value),
    })
  }
  return null
}

/** The axes in brackets, none of which may have an arrow. */
export function axesGiven(site: CallSite, given: Arguments): readonly AxisName[] | null {
  const entries = given.axes?.entries ?? []
  const arrow = entries.find((entry) => entry.arrow)
  if (arrow !== undefined) {
    reportAt(site.frame, 'axes-do-not-fit', arrow.at, {
      of: site.name,
      problem: 'it takes no arrow',
    })
    return null
  }
  const axes = entries.flatMap(({ from }) => from ?? [])
  const twice = axes.find((axis, i) => axes.indexOf(axis) < i)
  if (twice === undefined) return axes
  reportAt(site.frame, 'axis-twice', given.axes?.at ?? locate(site.frame, site.span), {
    axis: axisText(twice),
  })
  return null
}

/** Whether the operand has the axes; reports the first that it lacks. */
export function hasAxes(
  site: CallSite,
  axes: readonly AxisName[],
  { tensor, at, text }: Operand,
): boolean {
  const missing = axes.find((axis) => !tensor.node.axes.includes(axis))
  if (missing === undefined) return true
  site.frame.elaboration.workspace.noteLacking([missing])
  const { from } = tensor
  reportAt(
    site.frame,
    'axis-missing',
    at,
    { text, axis: axisText(missing), axes: axesText(site.frame, tensor.node.axes), of: site.name },
    from === undefined
      ? {}
      : { labels: [{ ...from.at, message: `\`${from.name}\` is defined here` }] },
  )
  return false
}

export function isPoisoned(values: readonly Value[]): boolean {
  return values.some(({ kind }) => kind === 'poison')
}
