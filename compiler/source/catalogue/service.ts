// Messages about the compiler itself: what it lacks, and its own faults.
import { error } from './entry.ts'

export const service = {
  'internal-fault': error<{ what: string }>({
    message: ({ what }) => `this is a fault of lossdsl, not of your file: ${what}`,
    hint: () => 'please report it, with the file if you can share it',
  }),
  'backend-missing': error<{ backend: string }>({
    message: ({ backend }) => `the ${backend} backend is not part of this version; there is \`js\``,
    hint: () => 'leave the backend out, or ask for `js`',
  }),
  'entry-unknown': error<{ entry: string; known: string }>({
    message: ({ entry, known }) => `there is no export \`${entry}\` to keep; the file has ${known}`,
  }),
}
