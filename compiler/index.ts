// The package's face: joins the compiler with its backends and the standard library.
import { emitGpu } from '../backends/gpu/emit.ts'
import { gpuTarget } from '../backends/gpu/target.ts'
import { emitJs } from '../backends/js/emit.ts'
import type { Signature } from '../backends/js/signature.ts'
import { standardLibrary } from '../std/sources.ts'
import { compileToKernels, type Stage } from './compile.ts'
import { placeOf } from './graph/place.ts'
import type { Target } from './kernels/program.ts'
import { checkUse } from './options.ts'
import { diagnose } from './source/catalogue.ts'
import type { Diagnostic } from './source/diagnostic.ts'
import { faultOfOurs } from './source/fault.ts'

export { render } from './source/render.ts'
export { format } from './syntax/format.ts'
export type { Diagnostic, Fix, Label, Severity } from './source/diagnostic.ts'
export type { Span } from './source/span.ts'
export type { Signature }

export interface CompileOptions {
  /** How diagnostics name the source, and what imports are relative to. Default `source.lossdsl`. */
  readonly path?: string
  readonly backend?: 'js' | 'wasm' | 'gpu'
  readonly precision?: 'f32' | 'f64'
  /** Sizes for axes that the file leaves free. */
  readonly axes?: Readonly<Record<string, number>>
  /** The bytes of a safetensors file: `init` starts from them unless it is given others. The module checks them then. */
  readonly weights?: Uint8Array
  /** Names of the exports to keep; absent, all. */
  readonly entries?: readonly string[]
  /** The text of an imported file. */
  readonly read?: (path: string) => string
  /** Loops are fused unless this is false; the numbers are the same. */
  readonly fuse?: boolean
  /** From how many copies on `repeat(n, A)` is a loop over them, rather than n layers in a row. Default 64. */
  readonly loopFrom?: number
  /** A stage whose text form is wanted in `emitted`. */
  readonly emit?: Stage | 'code'
}

export interface CompileResult {
  /** The ES module. Absent when there are errors. */
  readonly code?: string
  /** Its `.d.ts`. */
  readonly types?: string
  /** A source map: none yet. */
  readonly map?: string
  readonly signature?: Signature
  readonly emitted?: string
  readonly diagnostics: readonly Diagnostic[]
}

/** Compiles one file. Never throws for what stands in a source; a mistake in the call itself is a TypeError. */
export function compile(source: string, options: CompileOptions = {}): CompileResult {
  checkUse(source, options)
  const path = options.path ?? 'source.lossdsl'
  try {
    return compileFile(source, path, options)
  } catch (fault) {
    return { diagnostics: [faultOfOurs(fault, path)] }
  }
}

function compileFile(source: string, path: string, options: CompileOptions): CompileResult {
  const backend = options.backend ?? 'js'
  const precision = options.precision ?? 'f32'
  const top = { path, span: { start: 0, end: 0 } }
  if (backend === 'wasm') return { diagnostics: [diagnose('backend-missing', top, { backend })] }
  if (backend === 'gpu' && precision === 'f64') {
    return { diagnostics: [diagnose('gpu-precision', top, {})] }
  }
  const stages: string[] = []
  const { diagnostics, module } = compileToKernels(
    { path, text: source },
    {
      target: jsTarget(options.fuse ?? true),
      ...(backend === 'gpu' ? { device: gpuTarget } : {}),
      std: standardLibrary,
      ...(options.axes === undefined ? {} : { axes: options.axes }),
      ...(options.entries === undefined ? {} : { entries: options.entries }),
      ...(options.read === undefined ? {} : { read: options.read }),
      ...(options.loopFrom === undefined ? {} : { loopFrom: options.loopFrom }),
      observe(stage, computation, text) {
        if (stage !== options.emit) return
        stages.push(computation === null ? text() : `── ${computation} ──\n${text()}`)
      },
    },
  )
  const emitted = options.emit === undefined ? {} : { emitted: stages.join('\n') }
  if (module === undefined) return { ...emitted, diagnostics }
  const about = {
    sourcePath: path,
    ...(options.weights === undefined ? {} : { weights: options.weights }),
  }
  const { leftToHost, ...generated } =
    backend === 'gpu'
      ? emitGpu(module.plan, module.programs, module.devicePrograms, about)
      : {
          ...emitJs(module.plan, module.programs, { ...about, precision }),
          leftToHost: new Map<string, never>(),
        }
  const notes = [...leftToHost].map(([call, { what, computation, kind }]) => {
    const results = computation.results.map(({ node }) => node)
    const place = kind === undefined ? null : placeOf(module.graph, results, kind)
    return diagnose('left-to-host', place ?? top, { call, what })
  })
  return {
    ...generated,
    ...(options.emit === 'code' ? { emitted: generated.code } : emitted),
    diagnostics: [...diagnostics, ...notes],
  }
}

/** Plain loops on one thread: any number of buffers, and a kernel may read what it writes. */
export function jsTarget(fuse: boolean): Target {
  return {
    name: 'js',
    style: 'nest',
    maximumInputs: Infinity,
    maximumOutputs: Infinity,
    inPlace: true,
    fuse,
    blockFrom: 2 ** 19,
  }
}
