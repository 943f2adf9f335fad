// Messages about the compiler itself: what it lacks, and its own faults.
import { code } from '../words.ts'
import { error, note } from './entry.ts'
import { meantOrKnown, type Near } from './names.ts'

export const service = {
  'internal-fault': error<{ what: string }>({
    message: ({ what }) => `this is a fault of lossdsl, not of your file: ${what}`,
    hint: () => 'please report it, with the file if you can share it',
  }),
  'backend-missing': error<{ backend: string }>({
    message: ({ backend }) =>
      `the ${backend} backend is not part of this version; there are \`js\` and \`gpu\``,
    hint: () => 'leave the backend out, or ask for `js`',
  }),
  'gpu-precision': error<object>({
    message: () => 'the gpu backend computes in f32, which is all that gpu.js has',
    hint: () => 'leave the precision out, or ask for `--backend js`',
  }),
  'left-to-host': note<{ call: string; what: string }>({
    message: ({ call, what }) =>
      `${code(call)} runs as plain JavaScript: the device can't run ${what}`,
  }),
  'entry-unknown': error<{ entry: string; known: readonly string[] } & Near>({
    message: ({ entry }) => `${code(entry)} is to be kept, an export that this file doesn't have`,
    hint: meantOrKnown,
  }),
}
