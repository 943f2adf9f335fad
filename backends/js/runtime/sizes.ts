// Sizes at a call: what is known is taken, shapes are read, and lengths settle the rest where they can.
import type { Part } from './part.ts'

export const sizeParts: readonly Part[] = [
  {
    name: 'ShapeError',
    keeps: ['ShapeError'],
    needs: [],
    text: `class ShapeError extends Error {
  constructor(message) {
    super(message)
    this.name = 'ShapeError'
  }
}`,
  },
  {
    name: 'settleSizes',
    needs: ['claimError', 'solveFor', 'productOf', 'checkSizes', 'sizeError'],
    text: `// Claims say that a product of axes is a number. Each is checked when its axes are known, and settles the last unknown
// one. Of inputs that disagree, the one declared later is to blame: the one whose claim has the higher rank.
function settleSizes(claims, known) {
  const found = { sizes: Object.create(null), origins: Object.create(null), claims }
  const { sizes, origins } = found
  for (const name in known) {
    sizes[name] = known[name]
    origins[name] = { rank: -1, name: 'the model' }
  }
  const isOpen = (claim) => {
    const { axes, total, name } = claim
    const atoms = [...new Set(axes.flatMap((axis) => axis.atoms))]
    const [unknown, another] = atoms.filter((atom) => sizes[atom] === undefined)
    if (another) return true
    const rank = Math.max(claim.rank, ...atoms.map((atom) => origins[atom]?.rank ?? -1))
    const size = unknown ? solveFor(unknown, axes, total, sizes) : productOf(axes.map((axis) => axis.of(sizes))) === total
    if (size === false) claimError(found, claim, atoms)
    if (size === undefined) return true
    if (unknown) {
      sizes[unknown] = size
      origins[unknown] = { rank, name }
    }
  }
  let open = claims.flatMap((claim) =>
    claim.shape ? claim.shape.map((total, k) => ({ ...claim, axes: [claim.axes[k]], total })) : [claim],
  )
  for (let before = -1; open.length !== before; ) {
    before = open.length
    open = open.filter(isOpen)
  }
  checkSizes(found)
  for (const { atoms, holds, message } of CONDITIONS) {
    if (atoms.every((atom) => atom in sizes) && !holds(sizes)) sizeError(found, message, atoms)
  }
  return sizes
}`,
  },
  {
    name: 'checkSizes',
    needs: ['sizeError'],
    text: `// An axis that is made of others, such as H - K + 1, may not come out negative.
function checkSizes(found) {
  const { sizes } = found
  for (const { name, atoms, of, formula } of AXES) {
    if (!atoms.every((atom) => atom in sizes)) continue
    const size = of(sizes)
    if (!(size >= 0 && Number.isInteger(size))) sizeError(found, name + (formula ? ' = ' + formula : '') + ' would be ' + size, atoms)
    sizes[name] ??= size
  }
}`,
  },
  {
    name: 'claimError',
    needs: ['checkSizes', 'sizeError', 'shown', 'claimText'],
    text: `function claimError(found, claim, atoms) {
  checkSizes(found)
  const { axes } = found.claims.find(({ name }) => name === claim.name)
  const names = shown(axes.map(({ name }) => name))
  const must = shown(axes.map((axis) => (axis.atoms.every((atom) => atom in found.sizes) ? axis.of(found.sizes) : axis.name)))
  const wanted = axes.length === 0 ? 'must be one number' : names + (must === names ? ' cannot have that' : ' must be ' + must)
  sizeError(found, claimText(claim) + ', but ' + wanted, atoms, claim.rank)
}`,
  },
  {
    name: 'claimText',
    needs: ['shown'],
    text: `function claimText({ name, said, shape, total }) {
  return said ?? name + (shape ? ' has shape ' + shown(shape) : ' has ' + total + (total === 1 ? ' number' : ' numbers'))
}`,
  },
  {
    name: 'sizeError',
    needs: ['ShapeError', 'axisName'],
    text: `// Says which sizes are known and where they are from, after the name of the input to blame where that is another one.
function sizeError({ claims, sizes, origins }, message, atoms, rank = -1) {
  const known = atoms.filter((atom) => origins[atom])
  const blame = Math.max(rank, ...known.map((atom) => origins[atom].rank))
  const blamed = blame > rank ? claims.find((claim) => claim.rank === blame).name + ': ' : ''
  const why = known.map((atom) => axisName(atom) + ' is ' + sizes[atom] + ' (from ' + origins[atom].name + ')').join(', ')
  throw new ShapeError(blamed + message + (why && ': ' + why))
}`,
  },
  {
    name: 'axisName',
    needs: [],
    text: `// As the source calls it; what comes behind tells axes of one name apart.
function axisName(atom) {
  return atom.split('·')[0]
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
    name: 'productOf',
    needs: [],
    text: `function productOf(sizes) {
  return sizes.reduce((a, b) => a * b, 1)
}`,
  },
  {
    name: 'solveFor',
    needs: ['productOf'],
    text: `// The one size of an axis that makes a product of axes the total; false where none does, undefined where several do.
function solveFor(atom, axes, total, sizes) {
  const productAt = (size) => productOf(axes.map((axis) => Math.max(0, axis.of({ ...sizes, [atom]: size }))))
  let low = 0
  let high = 1
  while (productAt(high) < total && high < 2 ** 32) high *= 2
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (productAt(middle) < total) low = middle + 1
    else high = middle
  }
  if (productAt(low) !== total) return productAt(0) === productAt(1) ? undefined : false
  return productAt(low + 1) === total ? undefined : low
}`,
  },
]
