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

/** An operation over the operands `x`, `y`, `z`. */
interface Body {
  readonly lines: readonly string[]
  readonly type: Js['type']
  /** In place of a call: whatever the operands are, where they are mere names, or never. */
  readonly inline: 'always' | 'names' | 'never'
  readonly parts: ReadonlySet<string>
}

/** What is longer reads better as a call. */
const shortest = 20

export function createOperations(): Operations {
  const names = createScope()
  const bodies = new Map<ScalarOperation, Body>()
  const functions = new Map<ScalarOperation, { readonly name: string; readonly text: string }>()
  const parts = new Set<string>()

  const bodyOf = (operation: ScalarOperation): Body => {
    const body = bodies.get(operation) ?? writeBody(operation)
    bodies.set(operation, body)
    return body
  }

  const functionOf = (operation: ScalarOperation, { lines }: Body): string => {
    const known = functions.get(operation)
    if (known !== undefined) return known.name
    const name = `$${names.take(operation.name)}`
    const operands = parameters.slice(0, operation.arity).join(', ')
    const body = lines.map((line) => `  ${line}\n`).join('')
    const text = `${commentLine(operation.meaning)}\nfunction ${name}(${operands}) {\n${body}}`
    functions.set(operation, { name, text })
    return name
  }

  return {
    apply(operation, operands) {
      const native = nativeCall(operation.name, operands)
      if (native !== null) return native
      const body = bodyOf(operation)
      for (const part of body.parts) parts.add(part)
      const areNames = operands.every(({ text }) => /^[\w$.]+$/.test(text))
      if (body.inline === 'always' || (body.inline === 'names' && areNames)) {
        return operation.expand(createWriter(noLet).core, ...operands)
      }
      return { ...call(functionOf(operation, body), operands), type: body.type }
    },
    isChoice(operation) {
      if (operation.arity !== 3 || nativeBody(operation.name) !== null) return false
      return bodyOf(operation).lines.join() === 'return x !== 0 ? y : z'
    },
    functions: () => [...functions.values()].map(({ text }) => text),
    parts,
  }
}

const parameters = ['x', 'y', 'z'] as const

function writeBody(operation: ScalarOperation): Body {
  const own = nativeBody(operation.name)
  if (own !== null) return { lines: own, type: 'number', inline: 'never', parts: new Set() }
  let count = 0
  const operands = parameters.slice(0, operation.arity)
  const { core, lines, parts } = createWriter(() => `t${++count}`)
  const { text, type } = operation.expand(core, ...operands.map((name) => atom(name)))
  const isPlain = lines.length === 0
  const isOnce = isPlain && operands.every((name) => usesOnce(text, name))
  const inline = isOnce ? 'always' : isPlain && text.length <= shortest ? 'names' : 'never'
  return { lines: [...lines, `return ${text}`], type, inline, parts }
}

/** More uses would evaluate the operand again; none would be fine. */
function usesOnce(text: string, name: string): boolean {
  return (text.match(new RegExp(`(?<![\\w$.])${name}(?![\\w$])`, 'g')) ?? []).length <= 1
}

function noLet(): string {
  throw new Error('an expansion that was free of let now has one')
}
