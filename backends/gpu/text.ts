// Pieces of a kernel's text. It is JavaScript that gpu.js translates, and less than JavaScript: numbers are f32 and
// written with a point, truth values stand in conditions only, and what knows its size when it runs is a hole.
export interface Text {
  readonly text: string
  readonly type: 'number' | 'truth'
  /** A name, a literal, a call: needs no parentheses. */
  readonly isAtom: boolean
}

export function atom(text: string): Text {
  return { text, type: 'number', isAtom: true }
}

export function infix(operator: string, a: Text, b: Text): Text {
  return {
    text: `${within(asNumber(a))} ${operator} ${within(asNumber(b))}`,
    type: 'number',
    isAtom: false,
  }
}

/** What differs is what is not equal: WebGPU has NaN as neither. */
export function compare(operator: '<' | '<=' | '==' | '!=', a: Text, b: Text): Text {
  if (operator === '!=') return not(compare('==', a, b))
  return { ...infix(operator, a, b), type: 'truth' }
}

export function join(operator: '&&' | '||', a: Text, b: Text): Text {
  const text = `${within(asTruth(a))} ${operator} ${within(asTruth(b))}`
  return { text, type: 'truth', isAtom: false }
}

export function not(a: Text): Text {
  return { text: `!${within(asTruth(a), true)}`, type: 'truth', isAtom: false }
}

export function choose(condition: Text, yes: Text, no: Text): Text {
  const sides = [yes, no].map((side) => within(asNumber(side)))
  return {
    text: `${within(asTruth(condition), true)} ? ${sides.join(' : ')}`,
    type: 'number',
    isAtom: false,
  }
}

export function call(name: string, ...operands: readonly Text[]): Text {
  return atom(`${name}(${operands.map((operand) => asNumber(operand).text).join(', ')})`)
}

export function negate(a: Text): Text {
  return { text: `-${within(asNumber(a), true)}`, type: 'number', isAtom: false }
}

export function asNumber(a: Text): Text {
  if (a.type === 'number') return a
  return { text: `${within(a, true)} ? 1.0 : 0.0`, type: 'number', isAtom: false }
}

export function asTruth(a: Text): Text {
  return a.type === 'truth' ? a : compare('!=', a, atom('0.0'))
}

function within(a: Text, always = false): string {
  return a.isAtom && !(always && a.type === 'truth') ? a.text : `(${a.text})`
}

/** As gpu.js reads numbers: whole ones need a point. Null where that can't be written. */
export function decimal(value: number): string | null {
  const magnitude = Math.abs(value)
  if (!(magnitude < 1e21) || Object.is(value, -0)) return null
  if (magnitude !== 0 && magnitude < 1e-30) return null
  const text = String(magnitude)
  const pointed = Number.isInteger(magnitude) ? `${text}.0` : text
  return value < 0 ? `(-${pointed})` : pointed
}
