// How the data type of a result follows from those of the operands.
import type { DataType } from '../graph/node.ts'

/** Whole numbers stay whole, and truth values count as 0 and 1. */
export function wholeIfAll(operands: readonly DataType[]): DataType {
  return operands.includes('real') ? 'real' : 'int'
}

export function truth(): DataType {
  return 'bool'
}

export function whole(): DataType {
  return 'int'
}

export function sameAsOperand([operand = 'real']: readonly DataType[]): DataType {
  return operand
}

/** The wider of the two sides of a choice. */
export function ofSides([, yes = 'real', no = 'real']: readonly DataType[]): DataType {
  return yes === no ? yes : wholeIfAll([yes, no])
}
