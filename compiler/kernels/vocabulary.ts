// The operations that scheduling itself writes into kernels, or recognises: guards, index arithmetic, products.
import { operation } from '../ops/table.ts'

export const add = operation('add')
export const subtract = operation('sub')
export const multiply = operation('mul')
export const divide = operation('div')
export const negate = operation('neg')
export const absolute = operation('abs')
export const minimum = operation('min')
export const maximum = operation('max')
export const exponential = operation('exp')
export const logarithm = operation('log')
export const lessThan = operation('lt')
export const atMost = operation('le')
export const equal = operation('eq')
export const notEqual = operation('ne')
export const both = operation('and')
export const select = operation('select')
