// `npm run fuzz`: random programs, with the compiler as it stands in the sources.
import { loadBundled } from './bundle.mjs'

const { main } = await loadBundled('test/programs/command.ts')
process.exitCode = await main(process.argv.slice(2))
