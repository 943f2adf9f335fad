// The runtime as modules carry it is made from its parts. After a change of a part, run this test with --update.
import { transformSync } from 'esbuild'
import { expect, test } from 'vitest'
import { allParts } from '../../backends/js/runtime/parts.ts'

test('the small texts are those of the parts', async () => {
  const rows = allParts.map(({ name, text }) => {
    const { code } = transformSync(text, { minify: true, target: 'es2022' })
    return `  ${JSON.stringify(name)}: ${JSON.stringify(code.trim())},\n`
  })
  const file = `// Made from the parts beside it by test/backend-js/minified.test.ts, with esbuild: edit those, and update this file with
// \`vitest run test/backend-js/minified.test.ts --update\`.

/** Each part's text, as modules carry it. */
// prettier-ignore
export const minified: Readonly<Record<string, string>> = {
${rows.join('')}}
`
  await expect(file).toMatchFileSnapshot('../../backends/js/runtime/minified.ts')
})
