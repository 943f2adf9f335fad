// Inputs at a call: their form (a length, or a shape), their numbers, and whether those mean what the kind says.
import type { Part } from './part.ts'

export const inputParts: readonly Part[] = [
  {
    name: 'formOf',
    needs: ['ShapeError', 'isTyped', 'shown'],
    sets: ['views'],
    text: `const views = new WeakMap()

// A number: the length of what is flat. An array: a shape.
function formOf(input, value) {
  if (isTyped(value)) return views.get(value) ?? value.length
  if (typeof value === 'number' || typeof value === 'boolean') return []
  if (Array.isArray(value)) {
    if (!Array.isArray(value[0]) && !isTyped(value[0])) return value.length
    const shape = []
    for (let inner = value; Array.isArray(inner) || isTyped(inner); inner = inner[0]) shape.push(inner.length)
    return shape
  }
  const { data, shape } = value ?? {}
  if (!(isTyped(data) || Array.isArray(data)) || !(Array.isArray(shape) || isTyped(shape))) {
    throw new TypeError(input.name + ' must be a number, a typed array, an array, or { data, shape }, not ' + (value === null ? 'null' : typeof value))
  }
  const total = shape.reduce((product, size) => product * size, 1)
  if (total !== data.length) {
    throw new ShapeError(input.name + ' has shape ' + shown(shape) + ', which takes ' + total + ' numbers, but data of ' + data.length)
  }
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
    name: 'sameForm',
    needs: [],
    text: `function sameForm(form, last) {
  if (form === last) return true
  if (!Array.isArray(form) || !Array.isArray(last)) return false
  return form.length === last.length && form.every((size, k) => size === last[k])
}`,
  },
  {
    name: 'numbersOf',
    needs: ['isTyped', 'copyNumbers'],
    text: `// The input's numbers in an array of its own element type: the caller's array where it is one, else a copy.
function numbersOf(input, value, slot) {
  const data = isTyped(value) || Array.isArray(value) || typeof value !== 'object' ? value : value.data
  let numbers = data
  if (!(data instanceof input.type)) {
    slot.copy = slot.copy?.length === slot.length ? slot.copy : new input.type(slot.length)
    numbers = slot.copy
    copyNumbers(input, data, slot)
  }
  input.check?.(input, numbers, slot)
  return numbers
}`,
  },
  {
    name: 'copyNumbers',
    needs: ['ShapeError', 'isTyped', 'shown', 'elementName'],
    text: `function copyNumbers(input, data, slot) {
  const { copy, shape } = slot
  if (isTyped(data) && typeof data[0] === 'number' && input.type !== Int32Array && input.type !== Uint8Array) {
    copy.set(data)
    return
  }
  const isWhole = input.type === Int32Array
  let at = 0
  const put = (value) => {
    const number = typeof value === 'boolean' || typeof value === 'bigint' ? Number(value) : value
    if (typeof number !== 'number') {
      throw new TypeError(elementName(input, at, shape) + ' is ' + (typeof value === 'string' ? JSON.stringify(value) : String(value)) + ', not a number')
    }
    if (isWhole && number !== (number | 0)) {
      throw new RangeError(elementName(input, at, shape) + ' is ' + number + ', not a whole number of 32 bits')
    }
    if (input.type === Uint8Array && number !== 0 && number !== 1) {
      throw new RangeError(elementName(input, at, shape) + ' is ' + number + ', not a truth value (0 or 1)')
    }
    copy[at++] = number
  }
  const walk = (list, depth) => {
    if (list.length !== shape[depth]) throw new ShapeError(input.name + ' is ragged: a list of ' + list.length + ' where others have ' + shape[depth] + ', for shape ' + shown(shape))
    for (const item of list) {
      if (depth + 1 === shape.length) put(item)
      else if (Array.isArray(item) || isTyped(item)) walk(item, depth + 1)
      else throw new ShapeError(input.name + ' is ragged: ' + String(item) + ' where a list of ' + shape[depth + 1] + ' should be, for shape ' + shown(shape))
    }
  }
  if (typeof data !== 'object') put(data)
  else if (Array.isArray(data) && (Array.isArray(data[0]) || isTyped(data[0]))) walk(data, 0)
  else for (let k = 0; k < data.length; k++) put(data[k])
}`,
  },
  {
    name: 'elementName',
    needs: [],
    text: `function elementName(input, at, shape) {
  const place = []
  for (let k = shape.length - 1; k >= 0; k--) {
    place.unshift(at % shape[k])
    at = Math.floor(at / shape[k])
  }
  return input.name + (place.length === 0 ? '' : '[' + place.join(', ') + ']')
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
    needs: ['refuseNumber'],
    text: `// Labels lie in their axis, or are the missing one.
function checkClass(input, numbers, slot) {
  const { classes } = slot
  for (let k = 0; k < numbers.length; k++) {
    const label = numbers[k]
    if ((label >= 0 && label < classes) || label === input.missing) continue
    const range = classes === 0 ? 'none at all' : classes === 1 ? '0' : '0 … ' + (classes - 1)
    const orMissing = input.missing === undefined ? '' : ', or ' + input.missing + ' for missing'
    refuseNumber(input, numbers, slot, k, range + ' (' + AXES[input.over].name + ' is ' + classes + ')' + orMissing)
  }
}`,
  },
  {
    name: 'checkTruth',
    needs: ['refuseNumber'],
    text: `function checkTruth(input, numbers, slot) {
  for (let k = 0; k < numbers.length; k++) if (numbers[k] > 1) refuseNumber(input, numbers, slot, k, 'a truth value (0 or 1)')
}`,
  },
  {
    name: 'checkProb',
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
    needs: [],
    text: `function checkSums(input, numbers, { shape }, probability) {
  const along = input.axes.indexOf(input.over)
  const count = shape[along]
  const stride = shape.slice(along + 1).reduce((product, size) => product * size, 1)
  for (let start = 0; start < numbers.length; start++) {
    if (Math.floor(start / stride) % count !== 0) continue
    let sum = 0
    for (let k = 0; k < count; k++) sum += probability(numbers[start + k * stride])
    if (Math.abs(sum - 1) > 1e-4) {
      const place = shape.map((size, k) => (k === along ? ':' : Math.floor(start / shape.slice(k + 1).reduce((product, other) => product * other, 1)) % size))
      throw new RangeError(input.name + '[' + place.join(', ') + '] sums to ' + sum + ' over ' + AXES[input.over].name + ', but probabilities must sum to 1')
    }
  }
}`,
  },
]
