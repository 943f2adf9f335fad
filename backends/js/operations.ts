// How each scalar operation is written: JavaScript's own way where it has one, the expansion to the core in place where
// that evaluates every operand once, else a small function that the module emits once.
import type { ScalarOperation } from '../../compiler/graph/operation.ts'
import { commentLine } from './comments.ts'
import { createWriter } from './core.ts'
import { atom, call, type Js } from './js.ts'
import { createScope } from './names.ts'
import { nativeBody, nativeCall } from './spellings.ts'

export interface Operations {
  apply(operation: ScalarOperation, operands: readonly Js[]): Js
  /** Whether it evaluates only one of its last two operands, depending on the first. */
  isChoice(operation: ScalarOperation): boolean
  /** The functions asked for so far. */
  functions(): readonly string[]
  /** The runtime's parts that what was written so far calls. */
  readonly parts: Set<string>
}

interface Spelling {
  readonly kind: 'inline' | 'function'
  /** Of the function. */
  readonly name: string
  readonly type: Js['type']
}

export function createOperations(): Operations {
  const names = createScope()
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
    const body = nativeBody(operation.name)
    if (body !== null) return writeFunction(operation, body, 'number')
    let count = 0
    const operands = parameters.slice(0, operation.arity)
    const writer = createWriter(() => `t${++count}`)
    const { text, type } = operation.expand(writer.core, ...operands.map((name) => atom(name)))
    for (const part of writer.parts) parts.add(part)
    if (writer.lines.length === 0 && operands.every((name) => usesOnce(text, name))) {
      return { kind: 'inline', name: operation.name, type }
    }
    return writeFunction(operation, [...writer.lines, `return ${text}`], type)
  }

  const writeFunction = (
    operation: ScalarOperation,
    body: readonly string[],
    type: Js['type'],
  ): Spelling => {
    const name = `$${names.take(operation.name)}`
    const lines = body.map((line) => `  ${line}\n`).join('')
    const operands = parameters.slice(0, operation.arity).join(', ')
    texts.push(`${commentLine(operation.meaning)}\nfunction ${name}(${operands}) {\n${lines}}`)
    return { kind: 'function', name, type }
  }

  return {
    apply(operation, operands) {
      const native = nativeCall(operation.name, operands)
      if (native !== null) return native
      const { kind, name, type } = spell(operation)
      switch (kind) {
        case 'function':
          return { ...call(name, operands), type }
        case 'inline':
          return operation.expand(createWriter(noLet).core, ...operands)
        default:
          return kind satisfies never
      }
    },
    isChoice(operation) {
      // Asking writes no function: a choice is inline, and what is spelled natively is none.
      if (operation.arity !== 3 || nativeBody(operation.name) !== null) return false
      const operands = parameters.map((name) => atom(name))
      const { text } = operation.expand(createWriter(() => 't').core, ...operands)
      return text === 'x !== 0 ? y : z'
    },
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
