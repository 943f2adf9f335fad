// The standard library is read as documentation: every declaration has its line, and the reference page is made from them.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readStd, stdReference } from '../../scripts/stdReference.ts'

const folder = fileURLToPath(new URL('../../std', import.meta.url))
const files = readStd(folder)

describe.each(files)('$name', ({ about, definitions }) => {
  it('says what it is about', () => {
    expect(about).not.toBe('')
  })

  it.each(definitions.map((definition) => ({ name: definition.name.text, definition })))(
    '$name has one line of documentation',
    ({ definition }) => {
      expect(definition.documentation).toMatch(/^.+\.$/)
    },
  )
})

it('is what docs/std.md says', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/std.md', import.meta.url)), 'utf8')
  expect(page, 'run `npm run reference`').toBe(stdReference(folder))
})
