// Who is at fault, and with it the exit code: the input (1), the call (2), or ours (1, and told so).

/** The input is at fault. Without a message, what there is to say was said. */
export class InputFault extends Error {
  override readonly name = 'InputFault'
}

/** The call is at fault: an option, a name, a combination of them. */
export class CallFault extends Error {
  override readonly name = 'CallFault'
}

/** Ctrl-C, as shells count it: 128 and the signal's number. */
export const interrupted = 130

/** Errors of the runtime and of generated modules that tell of data, not of a fault of ours. */
const ofInput = new Set([
  'InputFault',
  'DataError',
  'CheckpointError',
  'DivergenceError',
  'WriteError',
  'ShapeError',
])

export interface Verdict {
  readonly exitCode: number
  readonly message: string
}

export function judge(error: unknown): Verdict {
  if (error instanceof CallFault) return { exitCode: 2, message: error.message }
  if (isOfInput(error)) {
    return { exitCode: 1, message: error.message }
  }
  if (error instanceof RangeError && isThrownByModule(error)) {
    return { exitCode: 1, message: error.message }
  }
  return { exitCode: 1, message: reportOfOurs(error) }
}

export function isOfInput(error: unknown): error is Error {
  return error instanceof Error && ofInput.has(error.name)
}

/** A label out of its range, said by the generated module. Any other RangeError is ours. */
function isThrownByModule(error: RangeError): boolean {
  const frame = error.stack?.split('\n').find((line) => line.startsWith('    at '))
  return frame?.includes('data:text/javascript') === true && !error.message.includes('call stack')
}

function reportOfOurs(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  // Generated modules are loaded from data URLs, as long as their code.
  const short = stack.replace(/data:text\/javascript;base64,[\w+/=]+/g, 'generated module')
  return [
    'this is a fault of lossdsl, not of your file.',
    'Please report it with the command, the file if you can share it, and these lines:',
    '',
    `  lossdsl on Node ${process.version}, ${process.platform}`,
    ...short.split('\n').map((line) => `  ${line}`),
  ].join('\n')
}
