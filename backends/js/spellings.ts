// Faster spellings than the core's for what JavaScript knows itself. Whatever is not here is spelled by its expansion.
import { call, type Js } from './js.ts'

/** Functions of JavaScript that mean the same on every double; each operand is evaluated once. */
const functions: Readonly<Record<string, string>> = {
  abs: 'Math.abs',
  sqrt: 'Math.sqrt',
  floor: 'Math.floor',
  ceil: 'Math.ceil',
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

/** Bodies of functions over `x`, `y`, `z` for what takes a few of those. */
const bodies: Readonly<Record<string, readonly string[]>> = {
  // Without branches, but for 0, -0 and NaN, which are their own signs.
  sign: ['return (x > 0) - (x < 0) || x'],
  sigmoid: ['const e = Math.exp(-Math.abs(x))', 'return (x < 0 ? e : 1) / (1 + e)'],
  softplus: ['return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))'],
  logsigmoid: ['return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)))'],
  logaddexp: [
    'const distance = x === y ? 0 : Math.abs(x - y)',
    'return Math.max(x, y) + Math.log1p(Math.exp(-distance))',
  ],
  mod: ['const rest = x % y', 'return rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest'],
  // 1 is 1 to any power, also to NaN and infinities; JavaScript says NaN.
  pow: ['return x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y'],
}

export function nativeBody(name: string): readonly string[] | null {
  return (Object.hasOwn(bodies, name) ? bodies[name] : undefined) ?? null
}

export function nativeCall(name: string, operands: readonly Js[]): Js | null {
  const own = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (own !== undefined) return call(own, operands)
  const [x, y, z] = operands
  if (name === 'clamp' && x !== undefined && y !== undefined && z !== undefined) {
    return call('Math.min', [call('Math.max', [x, y]), z])
  }
  // JavaScript's differs for a base of 1 or -1 and exponents that are not finite; and V8 makes a product of a square.
  const isPlain = isFiniteLiteral(y) || (isFiniteLiteral(x) && Math.abs(Number(x.text)) !== 1)
  if (name === 'pow' && isPlain) return call('Math.pow', operands)
  return null
}

function isFiniteLiteral(operand: Js | undefined): operand is Js {
  return (
    operand !== undefined && /^-?\d/.test(operand.text) && Number.isFinite(Number(operand.text))
  )
}
