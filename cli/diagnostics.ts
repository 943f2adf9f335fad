// Diagnostics as the command line shows them.
import type { Diagnostic } from '../compiler/index.ts'
import type { Compiler, Session } from './session.ts'

type Colors = Session['errColors']
type Sources = (path: string) => string | undefined

/** All of them, a blank line behind each. */
export function renderAll(
  compiler: Compiler,
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  colors: Colors,
): string {
  const paint = painter(colors)
  return diagnostics
    .map((diagnostic) => `${compiler.render(diagnostic, sources, paint)}\n\n`)
    .join('')
}

function painter(colors: Colors): NonNullable<Parameters<Compiler['render']>[2]> {
  return (text, style) => {
    switch (style) {
      case 'error':
        return colors.bold(colors.red(text))
      case 'warning':
        return colors.bold(colors.yellow(text))
      case 'note':
      case 'label':
      case 'hint':
        return colors.cyan(text)
      case 'message':
        return colors.bold(text)
      case 'path':
      case 'frame':
        return colors.dim(text)
      default:
        return style satisfies never
    }
  }
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}

/** `2 errors and 1 warning`; nothing where there are none. */
export function countDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic['severity']) => {
    const n = diagnostics.filter((one) => one.severity === severity).length
    return n === 0 ? [] : [`${n} ${severity}${n === 1 ? '' : 's'}`]
  }
  return [...count('error'), ...count('warning')].join(' and ')
}
