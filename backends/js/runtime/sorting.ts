// Sorting, as kernels call it: the positions of one row of keys in order.
import type { Part } from './part.ts'

// Keys move along with their positions, so that a merge reads both in a row. NaN is left out, and stands where the
// largest key does. Room for two rows is kept from call to call: a repeated step allocates nothing.
export const sortingParts: readonly Part[] = [
  {
    name: '$sort',
    keeps: ['$sort'],
    needs: [],
    sets: ['sortKeys', 'sortPlaces'],
    text: `// Runs of 16 by insertion, then merges, from one half of the room to the other and back.
let sortKeys = /* @__PURE__ */ new Float64Array(0)
let sortPlaces = /* @__PURE__ */ new Int32Array(0)
function $sort(order, to, by, keys, from, step, length, descending) {
  if (sortKeys.length < 2 * length) {
    sortKeys = new Float64Array(2 * length)
    sortPlaces = new Int32Array(2 * length)
  }
  const k = sortKeys
  const p = sortPlaces
  let count = 0
  for (let i = 0; i < length; i++) {
    const key = descending ? -keys[from + i * step] : +keys[from + i * step]
    if (key !== key) continue
    const first = count & -16
    let n = count++
    for (; n > first && k[n - 1] > key; n--) {
      k[n] = k[n - 1]
      p[n] = p[n - 1]
    }
    k[n] = key
    p[n] = i
  }
  let a = 0
  let b = length
  for (let run = 16; run < count; run *= 2) {
    for (let low = 0; low < count; low += 2 * run) {
      const middle = a + Math.min(low + run, count)
      const high = a + Math.min(low + 2 * run, count)
      let i = a + low
      let j = middle
      for (let n = b + low; i < middle || j < high; n++) {
        const m = j === high || (i < middle && k[i] <= k[j]) ? i++ : j++
        k[n] = k[m]
        p[n] = p[m]
      }
    }
    a = b
    b = length - a
  }
  let n = to + (descending ? length - count : 0) * by
  for (let i = 0; i < count; i++, n += by) order[n] = p[a + i]
  if (count === length) return
  n = to + (descending ? 0 : count) * by
  for (let i = 0; i < length; i++) {
    const key = keys[from + i * step]
    if (key === key) continue
    order[n] = i
    n += by
  }
}`,
  },
]
