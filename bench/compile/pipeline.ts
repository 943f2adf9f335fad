// What the benchmark drives: the compiler's stages one by one, where `compile` runs them all.
export { emitJs } from '../../backends/js/emit.ts'
export { compileToKernels } from '../../compiler/compile.ts'
export { jsTarget } from '../../compiler/index.ts'
export { standardLibrary } from '../../std/sources.ts'
