// The checker's messages, by what they are about.
import { axes } from './axes.ts'
import { calls } from './calls.ts'
import { kinds } from './kinds.ts'
import { names } from './names.ts'
import { values } from './values.ts'

export const check = { ...names, ...axes, ...values, ...calls, ...kinds } as const
