// Models: made by init, given with every call, changed by steps only.
import type { Part } from './part.ts'

export const modelParts: readonly Part[] = [
  {
    name: 'Model',
    needs: [],
    text: `class Model {
  constructor(params, state, optimizer, steps, axes, seed, spare) {
    this.params = params
    this.state = state
    this.optimizer = optimizer
    this.step = 0
    this.steps = steps
    this.seed = seed
    this.axes = Object.freeze(axes)
    // Sizes given to init that no parameter needs: taken where the inputs settle nothing.
    Object.defineProperty(this, 'spareAxes', { value: spare })
  }
}`,
  },
  {
    name: 'ofModel',
    needs: ['Model'],
    text: `function ofModel(model, entry) {
  if (model instanceof Model) return model
  throw new TypeError(entry + ' takes a model, made by init(), as its first argument')
}`,
  },
  {
    name: 'tensorOf',
    needs: ['ShapeError', 'isTyped'],
    text: `// What the user put in place of a tensor is taken, in an array of the right type.
function tensorOf(model, { record, path, type, count }) {
  const value = model[record][path]
  if (value instanceof type && value.length === count) return value
  const name = 'model.' + record + '[' + JSON.stringify(path) + ']'
  if (!isTyped(value) && !Array.isArray(value)) throw new TypeError(name + ' must be a typed array of ' + count + ' numbers')
  const numbers = Array.isArray(value) ? value.flat(Infinity) : value
  if (numbers.length !== count) throw new ShapeError(name + ' has ' + numbers.length + ' numbers, but must have ' + count)
  for (const number of numbers) if (typeof number !== 'number') throw new TypeError(name + ' holds ' + String(number) + ', not a number')
  return (model[record][path] = type.from(numbers))
}`,
  },
  {
    name: 'initialize',
    needs: [
      'Model',
      'checkOptions',
      'checkSeed',
      'settleSizes',
      'axisClaims',
      'readWeights',
      'weightClaims',
      'loadWeights',
      'arena',
    ],
    text: `function initialize(c, options, steps) {
  checkOptions(c, options)
  const claims = axisClaims(options?.axes)
  const weights = options?.weights === undefined ? undefined : readWeights(options.weights)
  if (weights !== undefined) claims.push(...weightClaims(weights))
  const needed = claims.filter(({ name, axes }) => !name.startsWith('axes.') || axes[0].atoms.every((atom) => c.atoms.includes(atom)))
  const { sizes } = settleSizes(needed, {}, {})
  for (const atom of c.atoms) {
    if (sizes[atom] === undefined) throw new TypeError('init needs the size of ' + atom + ': init({ axes: { ' + atom + ': … } })')
  }
  const isBound = (axis) => axis.atoms.every((atom) => c.atoms.includes(atom))
  const axes = Object.fromEntries(AXES.filter(isBound).map((axis) => [axis.name, axis.of(sizes)]))
  const spare = Object.fromEntries(claims.filter((claim) => !needed.includes(claim)).map(({ axes: [axis], total }) => [axis.name, total]))
  const { t } = c
  for (const tensor of c.makes) t[tensor.key] = new tensor.type(countOf(tensor, sizes))
  t.seed = options?.seed ?? 0
  t.step = 0
  c.bind(sizes)(t)
  const recordOf = (record) => Object.fromEntries(c.makes.filter((tensor) => tensor.record === record).map((tensor) => [tensor.path, t[tensor.key]]))
  const model = new Model(recordOf('params'), recordOf('state'), recordOf('optimizer'), steps, axes, t.seed, spare)
  for (const tensor of c.makes) t[tensor.key] = null
  if (weights !== undefined) loadWeights(model, weights, sizes)
  return model
}`,
  },
]
