// Which buffers statements touch.
import type { Buffer, Expression, Statement } from './program.ts'

export interface Uses {
  readonly reads: readonly Buffer[]
  readonly writes: readonly Buffer[]
  /** In order of first use. */
  readonly all: readonly Buffer[]
}

export function buffersIn(statements: readonly Statement[]): Uses {
  const reads = new Set<Buffer>()
  const writes = new Set<Buffer>()
  const all = new Set<Buffer>()
  const read = (buffer: Buffer): void => {
    reads.add(buffer)
    all.add(buffer)
  }
  const write = (buffer: Buffer): void => {
    writes.add(buffer)
    all.add(buffer)
  }
  const visit = (statement: Statement): void => {
    switch (statement.kind) {
      case 'loop':
        statement.body.forEach(visit)
        return
      case 'when':
        loads(statement.condition, read)
        statement.body.forEach(visit)
        return
      case 'let':
      case 'carry':
      case 'assign':
      case 'accumulate':
        loads(statement.value, read)
        return
      case 'accumulator':
        return
      case 'store':
        for (const index of statement.indices) loads(index, read)
        loads(statement.value, read)
        if (statement.accumulate !== undefined) read(statement.buffer)
        write(statement.buffer)
        return
      case 'sort':
        for (const index of statement.indices) loads(index, read)
        loads(statement.keys, read)
        write(statement.buffer)
        return
      case 'fill':
        write(statement.buffer)
        return
      default:
        statement satisfies never
    }
  }
  statements.forEach(visit)
  return { reads: [...reads], writes: [...writes], all: [...all] }
}

function loads(root: Expression, found: (buffer: Buffer) => void): void {
  const stack = [root]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    switch (next.kind) {
      case 'number':
      case 'size':
      case 'variable':
      case 'local':
      case 'option':
        break
      case 'load':
        found(next.buffer)
        stack.push(...[...next.indices].reverse())
        break
      case 'operation':
        stack.push(...[...next.operands].reverse())
        break
      case 'random':
        stack.push(next.element)
        break
      default:
        next satisfies never
    }
  }
}
