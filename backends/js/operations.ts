// How each scalar operation is written: JavaScript's own function where it has one, the expansion to the core in place
// where that evaluates every operand once, else a small function that the module emits once.
import type { Precision } from '../../compiler/graph/core.ts'
import type { ScalarOperation } from '../../compiler/graph/operation.ts'
import { createWriter } from './core.ts'
import { atom, call, type Js } from './js.ts'
import type { Scope } from './names.ts'

export interface Operations {
  apply(operation: ScalarOperation, operands: readonly Js[]): Js
  /** Whether it evaluates only one of its last two operands, depending on the first. */
  isChoice(operation: ScalarOperation): boolean
  /** The functions and runtime parts asked for so far. */
  functions(): readonly string[]
  readonly parts: Set<string>
}

/** Functions of the language that mean exactly what JavaScript's do, on every double. */
const native: Readonly<Record<string, string>> = {
  abs: 'Math.abs',
  sqrt: 'Math.sqrt',
  floor: 'Math.floor',
  ceil: 'Math.ceil',
  sign: 'Math.sign',
  min: 'Math.min',
  max: 'Math.max',
  exp: 'Math.exp',
  expm1: 'Math.expm1',
  log: 'Math.log',
  log1p: 'Math.log1p',
  sin: 'Math.sin',
  cos: 'Math.cos',
  tan: 'Math.tan',
  asin: 'Math.asin',
  acos: 'Math.acos',
  atan: 'Math.atan',
  atan2: 'Math.atan2',
  sinh: 'Math.sinh',
  cosh: 'Math.cosh',
  tanh: 'Math.tanh',
  asinh: 'Math.asinh',
  acosh: 'Math.acosh',
  atanh: 'Math.atanh',
}

interface Spelling {
  readonly kind: 'native' | 'inline' | 'function'
  readonly name: string
  readonly type: Js['type']
  readonly isChoice: boolean
}

/** `names` is the module's scope, in which the functions are named. */
export function createOperations(precision: Precision, names: Scope): Operations {
  const spellings = new Map<ScalarOperation, Spelling>()
  const texts: string[] = []
  const parts = new Set<string>()

  const spell = (operation: ScalarOperation): Spelling => {
    const known = spellings.get(operation)
    if (known !== undefined) return known
    const spelling = decide(operation)
    spellings.set(operation, spelling)
    return spelling
  }

  const decide = (operation: ScalarOperation): Spelling => {
    const own = Object.hasOwn(native, operation.name) ? native[operation.name] : undefined
    if (own !== undefined) return { kind: 'native', name: own, type: 'number', isChoice: false }
    const operands = parameters.slice(0, operation.arity)
    let count = 0
    const writer = createWriter(precision, () => `t${++count}`)
    const result = operation.expand(writer.core, ...operands.map((name) => atom(name)))
    const isChoice = result.text === 'x !== 0 ? y : z'
    const { type } = result
    if (writer.lines.length === 0 && operands.every((name) => usesOnce(result.text, name))) {
      for (const part of writer.parts) parts.add(part)
      return { kind: 'inline', name: operation.name, type, isChoice }
    }
    for (const part of writer.parts) parts.add(part)
    const name = `$${names.take(operation.name)}`
    const body = [...writer.lines, `return ${result.text}`].map((line) => `  ${line}\n`).join('')
    texts.push(`// ${operation.meaning}\nfunction ${name}(${operands.join(', ')}) {\n${body}}`)
    return { kind: 'function', name, type, isChoice }
  }

  return {
    apply(operation, operands) {
      const { kind, name, type } = spell(operation)
      switch (kind) {
        case 'native':
          return call(name, operands)
        case 'function':
          return { ...call(name, operands), type }
        case 'inline':
          return operation.expand(createWriter(precision, noLet).core, ...operands)
        default:
          return kind satisfies never
      }
    },
    isChoice: (operation) => spell(operation).isChoice,
    functions: () => texts,
    parts,
  }
}

const parameters = ['x', 'y', 'z'] as const

/** More uses would evaluate the operand again; none would be fine. */
function usesOnce(text: string, name: string): boolean {
  return (text.match(new RegExp(`(?<![\\w$.])${name}(?![\\w$])`, 'g')) ?? []).length <= 1
}

function noLet(): string {
  throw new Error('an expansion that was free of let now has one')
}
