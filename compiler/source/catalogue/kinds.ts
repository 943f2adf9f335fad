// Messages about kinds: what numbers mean, and where they are taken for something else.
import { code } from '../words.ts'
import { error, warning } from './entry.ts'

/** A parameter of a function, or a name whose declaration says the kind. */
function slotText(name: string, of: string): string {
  return isDeclaration(of) ? `${code(name)}, as it is declared,` : `${code(name)} of ${code(of)}`
}

export function isDeclaration(of: string): boolean {
  return of === 'let' || of === 'output'
}

export const kinds = {
  'normalised-twice': warning<{
    name: string
    of: string
    text: string
    kind: string
    through?: string
    lost?: string
  }>({
    message: ({ name, of, text, kind, through, lost }) => {
      const what =
        through === undefined
          ? `${code(text)} is ${code(kind)}`
          : `${code(text)} has been through ${code(through)}`
      const wants = isDeclaration(of)
        ? `${code(name)} is declared as scores`
        : `${code(of)} wants scores for ${code(name)}, and normalises them itself`
      return `${what}, but ${wants}${lost === undefined ? '' : `: ${lost}`}`
    },
    hint: ({ through }) =>
      through === undefined
        ? 'pass the scores from before the normalisation'
        : `leave ${code(through)} out, and pass the scores as they are`,
  }),
  'not-a-probability': warning<{
    name: string
    of: string
    text: string
    kind: string
    isLogarithm: boolean
    through?: string
  }>({
    message: ({ name, of, text, kind }) =>
      `${slotText(name, of)} is a probability, but ${code(text)} (${kind}) is not known to lie between 0 and 1`,
    hint: ({ text, isLogarithm, through }) => {
      if (isLogarithm) return `its exponential is one: ${code(`exp(${text})`)}`
      return through === undefined
        ? `make it one, as with ${code(`sigmoid(${text})`)}, or declare the input \`prob\``
        : `${code(through)} gives one; what is done to it afterwards may leave 0 to 1`
    },
  }),
  'not-a-log-probability': warning<{
    name: string
    of: string
    text: string
    kind: string
    isProbability: boolean
    through?: string
    axis?: string
  }>({
    message: ({ name, of, text, kind }) =>
      `${slotText(name, of)} is a log-probability, but ${code(text)} (${kind}) is not known to be at most 0`,
    hint: ({ text, isProbability, through, axis }) => {
      if (isProbability) {
        const ofScores =
          axis === undefined ? '' : `, or ${code(`log_softmax[${axis}]`)} of the scores`
        return `its logarithm is one: ${code(`log(${text})`)}${ofScores}`
      }
      if (through !== undefined) {
        return `the logarithm of what ${code(through)} gives is one as it is: it is exact for the smallest, so nothing need be added`
      }
      return axis === undefined
        ? `make it one, as with ${code(`logsigmoid(${text})`)}, or declare the input \`logprob\``
        : `make it one with ${code(`log_softmax[${axis}](${text})`)}, or declare the input \`logprob\``
    },
  }),
  'normalised-elsewhere': warning<{
    name: string
    of: string
    text: string
    found: string
    wanted: string
    through?: string
  }>({
    message: ({ name, of, text, found, wanted }) =>
      `${slotText(name, of)} sums to 1 along ${code(wanted)}, but ${code(text)} does along ${code(found)}`,
    hint: ({ through, wanted }) =>
      through === undefined
        ? `normalise along ${code(wanted)} instead`
        : `normalise along it: ${code(`${through}[${wanted}](…)`)}`,
  }),
  'class-as-quantity': warning<{ text: string }>({
    message: ({ text }) =>
      `${code(text)} holds class numbers, which are names of classes: this takes them for quantities`,
    hint: ({ text }) =>
      `compare or index with them, as in ${code(`C == ${text}`)}; quantities are declared \`int\` or real`,
  }),
  'class-wanted': error<{ name: string; of: string; text: string; found: string; axis: string }>({
    message: ({ name, of, text, found }) =>
      `${code(name)} of ${code(of)} takes class numbers, and ${code(text)} is ${found}`,
    hint: ({ axis }) =>
      `labels go here: declare their input ${code(`class(${axis})`)}, and mind the order of the arguments`,
  }),
  'class-differs': error<{ name: string; of: string; text: string; wanted: string; found: string }>(
    {
      message: ({ name, of, text, wanted, found }) =>
        `${code(name)} of ${code(of)} takes classes of ${code(wanted)}, and ${code(text)} holds classes of ${code(found)}`,
    },
  ),
} as const
