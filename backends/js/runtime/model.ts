// Models: made by init, given with every call, changed by steps only.
import type { Part } from './part.ts'

export const modelParts: readonly Part[] = [
  {
    name: 'Model',
    keeps: ['Model'],
    needs: [],
    text: `class Model {
  constructor(parts) {
    Object.assign(this, parts)
  }
}`,
  },
  {
    name: 'callWith',
    keeps: ['callWith'],
    needs: ['Model', 'call', 'takeModel'],
    text: `function callWith(c, model, batch, options) {
  if (model instanceof Model) return call(c, model, batch, options, takeModel)
  throw new TypeError(c.entry + ' takes a model, made by init(), as its first argument')
}`,
  },
  {
    name: 'takeModel',
    needs: ['tensorOf'],
    text: `function takeModel(c, model, options) {
  const { t, slots, tensors } = c
  for (const tensor of tensors) t[tensor.key] = (tensor.take ?? tensorOf)(model, tensor)
  for (const { key, value } of c.options) t[key] = options?.[key.slice(1)] ?? value
  t.step = model.step
  if (!c.counts) return
  t.count = model.steps[c.counts] + 1
  for (const { key } of slots) if (tensors.some((tensor) => t[tensor.key].buffer === t[key].buffer)) t[key] = t[key].slice()
}`,
  },
  {
    name: 'tensorOf',
    needs: ['ShapeError', 'formOf', 'numbersOf', 'productOf'],
    text: `// What the user put in place of a tensor is taken, in an array of the right type.
function tensorOf(model, { record, path, type, count }) {
  const value = model[record][path]
  if (value instanceof type && value.length === count) return value
  const name = 'model.' + record + '[' + JSON.stringify(path) + ']'
  const shape = [formOf(name, value)].flat()
  const length = productOf(shape)
  if (length !== count) throw new ShapeError(name + ' has ' + length + ' numbers, but must have ' + count)
  return (model[record][path] = numbersOf({ name, type }, value, { length, shape }))
}`,
  },
  {
    name: 'spellOut',
    keeps: ['spellOut'],
    needs: [],
    text: `// What is said once of all copies, for each of them.
function spellOut(rows) {
  const numbered = (paths, count) => paths.flatMap((path) => Array.from({ length: count }, (_, copy) => path.replace('*', copy)))
  return rows.flatMap(({ counts = [], ...row }) => counts.reduce(numbered, [row.path]).map((path) => ({ ...row, path })))
}`,
  },
  {
    name: 'split',
    keeps: ['split'],
    needs: ['spellOut'],
    text: `// The parts of an array that belong to each copy, by path: the same as the last time for the same array.
function split(tensor, whole) {
  if (tensor.whole === whole) return tensor.parts
  tensor.each ??= spellOut([tensor])
  const length = whole.length / tensor.each.length
  tensor.whole = whole
  return (tensor.parts = Object.fromEntries(tensor.each.map(({ path }, copy) => [path, whole.subarray(copy * length, (copy + 1) * length)])))
}`,
  },
  {
    name: 'stackOf',
    keeps: ['stackOf'],
    needs: ['split', 'tensorOf'],
    text: `// All copies in one array, which the model has parts of; what the user put in place of one is copied into it.
function stackOf(model, tensor) {
  const { record, type, count } = tensor
  const each = (tensor.each ??= spellOut([tensor]))
  const length = count / each.length
  let first
  let isWhole = true
  for (let copy = 0; copy < each.length; copy++) {
    each[copy].count = length
    const part = tensorOf(model, each[copy])
    first ??= part
    isWhole &&= part.buffer === first.buffer && part.byteOffset === first.byteOffset + copy * first.byteLength
  }
  const { stack } = tensor
  if (!isWhole) {
    tensor.stack = new type(count)
    each.forEach(({ path }, copy) => tensor.stack.set(model[record][path], copy * length))
    Object.assign(model[record], split(tensor, tensor.stack))
  } else if (stack?.buffer !== first.buffer || stack.byteOffset !== first.byteOffset || stack.length !== count) {
    tensor.stack = new type(first.buffer, first.byteOffset, count)
  }
  return tensor.stack
}`,
  },
  {
    name: 'initialize',
    keeps: ['initialize'],
    needs: [
      'Model',
      'checkOptions',
      'settleSizes',
      'axisClaims',
      'readWeights',
      'weightClaims',
      'loadWeights',
      'arena',
      'countOf',
    ],
    text: `function initialize(c, options, steps) {
  checkOptions(c, options)
  const { seed = 0, weights } = options ?? {}
  const isNeeded = ({ atoms }) => atoms.every((atom) => c.atoms.includes(atom))
  const loaded = weights && readWeights(weights)
  const claims = axisClaims(options?.axes, []).filter(({ axes }) => isNeeded(axes[0]))
  if (loaded) claims.push(...weightClaims(loaded))
  const sizes = settleSizes(claims)
  for (const atom of c.atoms) if (!(atom in sizes)) throw new TypeError('init needs the size of ' + atom + ': init({ axes: { ' + atom + ': … } })')
  const { t, tensors } = c
  for (const tensor of tensors) t[tensor.key] = new tensor.type(countOf(tensor, sizes))
  t.seed = seed
  c.bind(sizes)(t)
  if (loaded) loadWeights(t, loaded, sizes)
  const partsOf = (tensor) => tensor.take ? tensor.split(tensor, t[tensor.key]) : { [tensor.path]: t[tensor.key] }
  const recordOf = (record) => Object.assign({}, ...tensors.filter((tensor) => tensor.record === record).map(partsOf))
  const axes = Object.fromEntries(AXES.filter(isNeeded).map(({ name, label = name, of }) => [label, of(sizes)]))
  return new Model({
    params: recordOf('params'),
    state: recordOf('state'),
    optimizer: recordOf('optimizer'),
    step: 0,
    steps,
    seed,
    axes: Object.freeze(axes),
  })
}`,
  },
]
