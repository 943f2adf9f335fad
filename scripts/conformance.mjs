// `npm run conformance`: runs the conformance cases with the compiler as it stands in the sources.
import { loadBundled, root } from './bundle.mjs'

const { main } = await loadBundled('test/conformance/command.ts')
process.exitCode = await main(process.argv.slice(2), root)
