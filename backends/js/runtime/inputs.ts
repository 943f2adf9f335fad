// Inputs at a call: their form (a length, or a shape), their numbers, and whether those mean what the kind says.
import type { Part } from './part.ts'

export const inputParts: readonly Part[] = [
  {
    name: 'formOf',
    needs: ['ShapeError', 'isList', 'isTyped', 'productOf', 'shown'],
    sets: ['views'],
    text: `const views = new WeakMap()

// A number: the length of what is flat. An array: a shape.
function formOf(name, value) {
  if (isTyped(value)) return views.get(value) ?? value.length
  if (typeof value === 'number' || typeof value === 'boolean') return []
  if (Array.isArray(value)) {
    if (!isList(value[0])) return value.length
    const shape = []
    for (let inner = value; isList(inner); inner = inner[0]) shape.push(inner.length)
    return shape
  }
  const { data, shape } = value ?? {}
  if (!isList(data) || !isList(shape)) throw new TypeError(name + ' must be a number, a typed array, an array, or { data, shape }')
  if (productOf(shape) !== data.length) throw new ShapeError(name + ' has shape ' + shown(shape) + ', but data of ' + data.length)
  return Array.from(shape)
}`,
  },
  {
    name: 'isTyped',
    needs: [],
    text: `function isTyped(value) {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
}`,
  },
  {
    name: 'isList',
    needs: ['isTyped'],
    text: `function isList(value) {
  return Array.isArray(value) || isTyped(value)
}`,
  },
  {
    name: 'sameForm',
    needs: [],
    text: `function sameForm(form, last) {
  return form === last || (Array.isArray(form) && Array.isArray(last) && form.length === last.length && form.every((size, k) => size === last[k]))
}`,
  },
  {
    name: 'numbersOf',
    needs: ['isList', 'copyNumbers'],
    text: `// The input's numbers in an array of its own element type: the caller's array where it is one, else a copy.
function numbersOf(input, value, slot) {
  const data = typeof value === 'object' && !isList(value) ? value.data : value
  let numbers = data
  if (!(data instanceof input.type)) {
    if (slot.copy?.length !== slot.length) slot.copy = new input.type(slot.length)
    numbers = copyNumbers(input, data, slot)
  }
  input.check?.(input, numbers, slot)
  return numbers
}`,
  },
  {
    name: 'copyNumbers',
    needs: ['ShapeError', 'isList', 'isTyped', 'shown', 'elementName'],
    text: `function copyNumbers(input, data, { copy, shape }) {
  const { type } = input
  const isReal = type !== Int32Array && type !== Uint8Array
  let at = 0
  const put = (value) => {
    const number = typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value
    const bad = (Kind, must) => {
      throw new Kind(elementName(input, at, shape) + ' is ' + (typeof value === 'string' ? JSON.stringify(value) : String(value)) + ', not a ' + must)
    }
    if (typeof number !== 'number') bad(TypeError, 'number')
    if (type === Int32Array && number !== (number | 0)) bad(RangeError, 'whole number of 32 bits')
    if (type === Uint8Array && number !== 0 && number !== 1) bad(RangeError, 'truth value (0 or 1)')
    copy[at++] = number
  }
  const walk = (item, depth) => {
    if (depth === shape.length && !isList(item)) return put(item)
    if (!isList(item) || item.length !== shape[depth]) throw new ShapeError(input.name + ' is ragged, for shape ' + shown(shape) + ': it holds ' + (isList(item) ? 'a list of ' + item.length : String(item)))
    for (const inner of item) walk(inner, depth + 1)
  }
  if (isReal && isTyped(data) && typeof data[0] === 'number') copy.set(data)
  else if (!isList(data)) put(data)
  else if (isList(data[0])) walk(data, 0)
  else for (let k = 0; k < data.length; k++) put(data[k])
  return copy
}`,
  },
  {
    name: 'elementName',
    needs: ['productOf', 'shown'],
    text: `function elementName({ name }, at, shape) {
  const place = shape.map((_, k) => Math.floor(at / productOf(shape.slice(k + 1))) % shape[k])
  return name + (place.length ? shown(place) : '')
}`,
  },
  {
    name: 'refuseNumber',
    needs: ['elementName'],
    text: `function refuseNumber(input, numbers, slot, at, must) {
  throw new RangeError(elementName(input, at, slot.shape) + ' is ' + numbers[at] + ', but must be ' + must)
}`,
  },
  {
    name: 'checkClass',
    keeps: ['checkClass'],
    needs: ['refuseNumber'],
    text: `// Labels lie in their axis, or are the missing one. An entry that does not need the axis may not know its size.
function checkClass(input, numbers, slot) {
  const { classes } = slot
  for (let k = 0; k < numbers.length; k++) {
    const label = numbers[k]
    if ((label >= 0 && !(label >= classes)) || label === input.missing) continue
    const range = classes === 0 ? 'none at all' : classes === 1 ? '0' : classes > 1 ? '0 … ' + (classes - 1) : 'at least 0'
    const because = classes >= 0 ? ' (' + AXES[input.over].name + ' is ' + classes + ')' : ''
    const orMissing = input.missing === undefined ? '' : ', or ' + input.missing + ' for missing'
    refuseNumber(input, numbers, slot, k, range + because + orMissing)
  }
}`,
  },
  {
    name: 'checkTruth',
    keeps: ['checkTruth'],
    needs: ['refuseNumber'],
    text: `function checkTruth(input, numbers, slot) {
  for (let k = 0; k < numbers.length; k++) if (numbers[k] > 1) refuseNumber(input, numbers, slot, k, 'a truth value (0 or 1)')
}`,
  },
  {
    name: 'checkProb',
    keeps: ['checkProb'],
    needs: ['refuseNumber'],
    text: `function checkProb(input, numbers, slot) {
  for (let k = 0; k < numbers.length; k++) {
    if (!(numbers[k] >= 0 && numbers[k] <= 1)) refuseNumber(input, numbers, slot, k, 'a probability in [0, 1]')
  }
  if (input.over !== undefined) checkSums(input, numbers, slot, (p) => p)
}`,
  },
  {
    name: 'checkLogprob',
    keeps: ['checkLogprob'],
    needs: ['refuseNumber'],
    text: `function checkLogprob(input, numbers, slot) {
  for (let k = 0; k < numbers.length; k++) {
    if (!(numbers[k] <= 0)) refuseNumber(input, numbers, slot, k, 'a log-probability, at most 0')
  }
  if (input.over !== undefined) checkSums(input, numbers, slot, Math.exp)
}`,
  },
  {
    name: 'checkSums',
    needs: ['elementName', 'productOf'],
    text: `function checkSums(input, numbers, { shape }, probability) {
  const along = input.axes.indexOf(input.over)
  const stride = productOf(shape.slice(along + 1))
  for (let start = 0; start < numbers.length; start++) {
    if (Math.floor(start / stride) % shape[along] !== 0) continue
    let sum = 0
    for (let k = 0; k < shape[along]; k++) sum += probability(numbers[start + k * stride])
    if (!(Math.abs(sum - 1) <= 1e-4)) {
      throw new RangeError(elementName(input, start, shape) + ' and the others over ' + AXES[input.over].name + ' sum to ' + sum + ', but probabilities must sum to 1')
    }
  }
}`,
  },
]
