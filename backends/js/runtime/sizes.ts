// Sizes at a call: what is known is taken, shapes are read, and lengths settle the rest where they can.
import type { Part } from './part.ts'

export const sizeParts: readonly Part[] = [
  {
    name: 'ShapeError',
    needs: [],
    text: `export class ShapeError extends Error {
  constructor(message) {
    super(message)
    this.name = 'ShapeError'
  }
}`,
  },
  {
    name: 'settleSizes',
    needs: ['refuse', 'solveFor', 'sizesOf', 'blamed', 'checkSizes', 'ShapeError'],
    text: `// Claims say that a product of axes is a number. Each is checked when its axes are known, and settles the last unknown.
function settleSizes(claims, known, spare) {
  const found = { sizes: Object.create(null), origins: Object.create(null), claims }
  const { sizes, origins } = found
  for (const name of Object.keys(known)) {
    sizes[name] = known[name]
    origins[name] = { blame: -1, words: 'the model' }
  }
  let open = claims.flatMap((claim) =>
    claim.shape ? claim.axes.map((axis, k) => ({ ...claim, axes: [axis], total: claim.shape[k] })) : [claim],
  )
  const settled = (claim) => {
    const atoms = [...new Set(claim.axes.flatMap((axis) => axis.atoms))]
    const unknown = atoms.filter((atom) => sizes[atom] === undefined)
    if (unknown.length > 1) return false
    const blame = Math.max(claim.blame, ...atoms.map((atom) => origins[atom]?.blame ?? -1))
    if (unknown.length === 0) {
      if (claim.axes.reduce((product, axis) => product * axis.of(sizes), 1) !== claim.total) refuse(found, claim, blame)
      return true
    }
    const size = solveFor(unknown[0], claim.axes, claim.total, sizes)
    if (size === -1) refuse(found, claim, blame)
    if (size === -2) return false
    sizes[unknown[0]] = size
    origins[unknown[0]] = { blame, words: claim.name }
    return true
  }
  for (;;) {
    const before = open.length
    open = open.filter((claim) => !settled(claim))
    if (open.length < before) continue
    const name = Object.keys(spare).find((axis) => sizes[axis] === undefined)
    if (name === undefined) break
    sizes[name] = spare[name]
    origins[name] = { blame: -1, words: 'init' }
  }
  checkSizes(found)
  for (const condition of CONDITIONS) {
    if (condition.atoms.some((atom) => sizes[atom] === undefined) || condition.holds(sizes)) continue
    throw new ShapeError(blamed(found, condition.atoms) + condition.message + sizesOf(found, condition.atoms))
  }
  return found
}`,
  },
  {
    name: 'checkSizes',
    needs: ['ShapeError', 'sizesOf', 'blamed'],
    text: `// An axis that is made of others, such as H - K + 1, may not come out negative. Sets it where it is known.
function checkSizes(found) {
  const { sizes } = found
  for (const axis of AXES) {
    if (axis.atoms.some((atom) => sizes[atom] === undefined)) continue
    const size = axis.of(sizes)
    if (!(size >= 0 && Number.isSafeInteger(size))) {
      const formula = axis.formula ? axis.name + ' = ' + axis.formula : axis.name
      throw new ShapeError(blamed(found, axis.atoms) + formula + ' would be ' + size + sizesOf(found, axis.atoms))
    }
    sizes[axis.name] ??= size
  }
}`,
  },
  {
    name: 'refuse',
    needs: ['ShapeError', 'checkSizes', 'shown', 'sizesOf', 'counted'],
    text: `function refuse(found, claim, blame) {
  checkSizes(found)
  const whole = found.claims.find((other) => other.name === claim.name) ?? claim
  const atoms = [...new Set(claim.axes.flatMap((axis) => axis.atoms))]
  const names = whole.axes.map((axis) => axis.name)
  const has = (one) => one.said ?? (one.shape ? one.name + ' has shape ' + shown(one.shape) : counted(one))
  if (blame !== claim.blame) {
    const other = found.claims.find((one) => one.blame === blame)
    throw new ShapeError(has(other) + ', but ' + has(whole) + ' for ' + shown(names) + sizesOf(found, atoms))
  }
  const sizeOr = (axis) => (axis.atoms.every((atom) => found.sizes[atom] !== undefined) ? axis.of(found.sizes) : axis.name)
  const must = shown(whole.axes.map(sizeOr))
  throw new ShapeError(has(whole) + ', but ' + shown(names) + (names.length > 0 && must === shown(names) ? ' cannot have that' : ' must be ' + must) + sizesOf(found, atoms))
}`,
  },
  {
    name: 'counted',
    needs: [],
    text: `function counted({ name, total }) {
  return name + ' has ' + total + (total === 1 ? ' number' : ' numbers')
}`,
  },
  {
    name: 'blamed',
    needs: [],
    text: `function blamed(found, atoms) {
  const blame = Math.max(-1, ...atoms.map((atom) => found.origins[atom].blame))
  const claim = found.claims.find((one) => one.blame === blame)
  return claim ? claim.name + ': ' : ''
}`,
  },
  {
    name: 'sizesOf',
    needs: [],
    text: `function sizesOf(found, atoms) {
  const known = atoms.filter((atom) => found.sizes[atom] !== undefined)
  if (known.length === 0) return ''
  return ': ' + known.map((atom) => atom + ' is ' + found.sizes[atom] + ' (from ' + found.origins[atom].words + ')').join(', ')
}`,
  },
  {
    name: 'shown',
    needs: [],
    text: `function shown(list) {
  return '[' + list.join(', ') + ']'
}`,
  },
  {
    name: 'solveFor',
    needs: [],
    text: `// The one size of an axis that makes a product of axes the total; -1 where none does, -2 where several do.
function solveFor(atom, axes, total, sizes) {
  const productAt = (size) => {
    sizes[atom] = size
    const product = axes.reduce((sofar, axis) => sofar * Math.max(0, axis.of(sizes)), 1)
    delete sizes[atom]
    return product
  }
  let high = 1
  while (productAt(high) < total && high < 2 ** 32) high *= 2
  let low = 0
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (productAt(middle) < total) low = middle + 1
    else high = middle
  }
  if (productAt(low) !== total) return productAt(1) === productAt(0) ? -2 : -1
  return productAt(low + 1) === total ? -2 : low
}`,
  },
]
