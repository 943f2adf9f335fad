// The formatter on every program, and with comments at random places: same tree, all comments, nothing left to do.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { format } from '../../compiler/syntax/format.ts'
import { lex } from '../../compiler/syntax/lex.ts'
import { programs, shapes } from './programs.ts'
import { treeOf, withoutPlaces } from './trees.ts'

/** Comments without the space around their lines, which the formatter may change. */
function commentsOf(text: string): string[] {
  return treeOf(text).comments.map(({ kind, text: comment }) => `${kind}:${comment.trimEnd()}`)
}

async function expectSameProgram(text: string): Promise<void> {
  const formatted = await format(text)
  expect(withoutPlaces(treeOf(formatted))).toEqual(withoutPlaces(treeOf(text)))
  expect(commentsOf(formatted).sort()).toEqual(commentsOf(text).sort())
  expect(await format(formatted)).toBe(formatted)
}

describe('formatting', () => {
  test('keeps the tree of every program, and has nothing to do the second time', async () => {
    expect(programs.length).toBeGreaterThan(1000)
    for (const text of programs) await expectSameProgram(text)
  })

  test('keeps comments wherever they stand', async () => {
    const comment = fc.constantFrom(
      ' // a\n',
      '\n// b\n',
      '\n// c1\n// c2\n',
      ' /* d */ ',
      '\n/* e */\n',
      '\n/* f\n   g */\n',
      ' /* h */ // i\n',
      '\n/// j\n',
      ' /// k\n',
      '\n\n\n// l\n\n\n',
    )
    const places = fc.array(fc.tuple(fc.nat(), comment), { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...shapes), places, async (text, inserted) => {
        await expectSameProgram(withComments(text, inserted))
      }),
      { numRuns: 1000 },
    )
  })

  test('comes to the same result from any spacing', async () => {
    const space = fc.constantFrom(' ', '\n', '\t', '\n  ', '  ')
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...shapes), fc.array(space), async (text, spaces) => {
        const bare = await format(withoutComments(text))
        const respaced = withSpaces(bare, spaces)
        expect(withoutEmptyLines(await format(respaced))).toBe(withoutEmptyLines(bare))
      }),
      { numRuns: 300 },
    )
  })
})

/** Puts each comment at the end of some token. */
function withComments(text: string, inserted: readonly (readonly [number, string])[]): string {
  const { tokens } = lex({ path: '', text })
  const at = inserted
    .map(([place, comment]) => {
      const token = tokens[place % tokens.length]
      return { offset: (token?.startOffset ?? 0) + (token?.image.length ?? 0), comment }
    })
    .sort((a, b) => b.offset - a.offset)
  return at.reduce(
    (result, { offset, comment }) => result.slice(0, offset) + comment + result.slice(offset),
    text,
  )
}

function withoutComments(text: string): string {
  const { comments } = treeOf(text)
  return comments.reduceRight(
    (result, { span }) => `${result.slice(0, span.start)} ${result.slice(span.end)}`,
    text,
  )
}

/** Other space wherever there is some; statements keep their lines. */
function withSpaces(text: string, spaces: readonly string[]): string {
  let next = 0
  return text.replaceAll(/[ \n]+/g, (space, offset) => {
    if (space.includes('\n') || spaces.length === 0 || offset === 0) return space
    return spaces[next++ % spaces.length] ?? space
  })
}

function withoutEmptyLines(text: string): string {
  return text.replaceAll(/\n+/g, '\n')
}
