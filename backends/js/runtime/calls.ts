// A call: check everything, bind sizes and memory where they changed, run the kernels, hand out the results.
import type { Part } from './part.ts'

export const callParts: readonly Part[] = [
  {
    name: 'computation',
    keeps: ['computation'],
    needs: [],
    text: `// All that a call needs lies in t, under keys that are there from the start.
function computation(parts) {
  const t = { seed: 0, step: 0, count: 0 }
  const keyed = (record, valueOf) =>
    Object.entries(record ?? {}).map(([key, value]) => {
      t[key] = null
      return { ...valueOf(value), key }
    })
  for (const key of parts.numbers ?? []) t[key] = new Float64Array(1)
  return {
    ...parts,
    t,
    slots: keyed(parts.slots, (at) => ({ input: parts.inputs[at] })),
    tensors: parts.tensors.map((at) => {
      t[TENSORS[at].key] = null
      return { ...TENSORS[at] }
    }),
    results: keyed(parts.results, (length) => ({ length })),
    options: keyed(parts.options, (value) => ({ value })),
  }
}`,
  },
  {
    name: 'call',
    keeps: ['call'],
    needs: [
      'checkOptions',
      'checkSeed',
      'checkBatch',
      'formOf',
      'sameForm',
      'rebind',
      'numbersOf',
      'arena',
    ],
    text: `// Nothing of the model changes before every check is done. With the last call's sizes, nothing is allocated but results.
function call(c, model, batch, options, prepare) {
  checkBatch(c, batch)
  checkOptions(c, options)
  const { t, slots } = c
  let same = c.version === arena.version && c.model === model && !options?.axes
  for (const slot of slots) {
    const { name, fallback } = slot.input
    slot.value = batch && Object.hasOwn(batch, name) ? batch[name] : undefined
    if (slot.value === undefined && !fallback) throw new TypeError(c.entry + ' needs the input ' + name)
    const form = slot.value === undefined ? null : formOf(name, slot.value)
    same &&= sameForm(form, slot.form)
    slot.form = form
  }
  if (!same) rebind(c, model, options)
  for (const slot of slots) {
    t[slot.key] = slot.form === null ? slot.standing : numbersOf(slot.input, slot.value, slot)
    slot.value = undefined
  }
  t.seed = (model ?? options)?.seed ?? 0
  prepare?.(c, model, options)
  const again = options?.reuse === true
  if (!again || !c.again) for (const { key, count } of c.results) t[key] = new (c.type ?? Real)(count)
  c.again = again
  c.run(t)
  return c.read ? c.read(t, c.sizes) : t[c.numbers[0]][0]
}`,
  },
  {
    name: 'rebind',
    needs: [
      'ShapeError',
      'settleSizes',
      'axisClaims',
      'shaped',
      'unsettled',
      'arena',
      'countOf',
      'productOf',
    ],
    text: `// Works out every size, then asks the computation for its loops over memory of these sizes.
function rebind(c, model, options) {
  c.version = -1
  const claims = axisClaims(options?.axes, c.atoms)
  for (const [rank, { input, form }] of c.slots.entries()) if (form !== null) claims.push(shaped(input, form, rank))
  const sizes = settleSizes(claims, model?.axes)
  for (const atom of c.atoms) if (!(atom in sizes)) unsettled(c, atom, claims)
  c.run = c.bind(sizes)
  for (const slot of c.slots) {
    const { axes, over, fallback, type } = slot.input
    slot.shape = axes.map((axis) => AXES[axis].of(sizes))
    slot.length = productOf(slot.shape)
    slot.classes = over === undefined ? 0 : AXES[over].of(sizes)
    if (slot.form === null) slot.standing = fallback(sizes, new type(slot.length))
  }
  // The mean over nothing is NaN: a step would leave that in every parameter.
  const needed = c.counts ? c.slots.filter(({ input }) => input.axes.length && !input.fallback) : []
  if (needed.length && needed.every(({ length }) => length === 0)) {
    throw new ShapeError(c.entry + ' has nothing to learn from: ' + needed.map(({ input }) => input.name).join(', ') + (needed.length > 1 ? ' are' : ' is') + ' empty')
  }
  for (const tensor of c.tensors) tensor.count = countOf(tensor, sizes)
  for (const result of c.results) result.count = result.length(sizes)
  c.sizes = sizes
  c.again = false
  c.model = options?.axes ? null : model
  c.version = arena.version
}`,
  },
  {
    name: 'countOf',
    needs: ['productOf'],
    text: `function countOf({ axes, counts = [] }, sizes) {
  return productOf([...counts, ...axes.map((axis) => AXES[axis].of(sizes))])
}`,
  },
  {
    name: 'axisClaims',
    needs: [],
    text: `// Functions have axes of their own, which may be called as axes of the file are: the entry's own come first.
function axisClaims(given, atoms) {
  return Object.entries(given ?? {}).map(([axis, total]) => {
    const named = AXES.filter(({ name }) => name === axis)
    const axes = [named.find((one) => one.atoms.some((atom) => atoms.includes(atom))) ?? named[0]].filter(Boolean)
    const name = 'axes.' + axis
    const said = name + ' is ' + String(total)
    if (axes.length === 0) throw new TypeError('there is no axis ' + axis + '; the axes are ' + [...new Set(AXES.map(({ name }) => name))].join(', '))
    if (!Number.isSafeInteger(total) || total < 0) throw new TypeError(said + ', not a whole number')
    return { name, axes, total, rank: -1, said }
  })
}`,
  },
  {
    name: 'shaped',
    needs: ['ShapeError', 'claimText', 'shown'],
    text: `function shaped({ name, axes: places }, form, rank) {
  const axes = places.map((axis) => AXES[axis])
  const claim = { name, axes, total: form, rank }
  if (!Array.isArray(form)) return claim
  claim.shape = form
  if (form.length === axes.length) return claim
  throw new ShapeError((form.length ? claimText(claim) : name + ' is one number') + ', but it must have the axes ' + shown(axes.map((axis) => axis.name)))
}`,
  },
  {
    name: 'unsettled',
    needs: ['claimText', 'axisName'],
    text: `function unsettled({ entry }, atom, claims) {
  const claim = claims.find(({ axes }) => axes.some(({ atoms }) => atoms.includes(atom)))
  const axis = axisName(atom)
  throw new TypeError(entry + ': the size of ' + axis + ' is not settled' + (claim ? ' (' + claimText(claim) + ')' : '') + ': pass { data, shape }, or the option axes: { ' + axis + ': … }')
}`,
  },
  {
    name: 'checkBatch',
    needs: ['isList'],
    text: `function checkBatch({ entry, inputs, slots }, batch) {
  if (batch === undefined && slots.every(({ input }) => input.fallback)) return
  const names = (list) => list.map(({ name }) => name).join(', ')
  if (typeof batch !== 'object' || batch === null || isList(batch)) {
    throw new TypeError(entry + ' takes its inputs by name: { ' + names(slots.map(({ input }) => input)) + ' }')
  }
  for (const key in batch) {
    if (inputs.some(({ name }) => name === key)) continue
    if (batch.params && batch.optimizer) throw new TypeError(entry + ' takes no model: its inputs come first')
    throw new TypeError('there is no input ' + key + (inputs.length ? '; the inputs are ' + names(inputs) : ''))
  }
}`,
  },
  {
    name: 'checkOptions',
    keeps: ['checkOptions'],
    needs: ['checkSeed'],
    text: `function checkOptions({ entry, allowed }, options) {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null) throw new TypeError(entry + ' takes its options as an object')
  for (const name in options) {
    const value = options[name]
    if (!allowed.includes(name)) throw new TypeError(entry + ' has no option ' + name + '; its options are ' + allowed.join(', '))
    const type = { training: 'boolean', reuse: 'boolean', axes: 'object', weights: 'object' }[name] ?? 'number'
    if (value !== undefined && (value === null || typeof value !== type)) throw new TypeError(entry + ': the option ' + name + ' must be of type ' + type + ', not ' + String(value))
  }
  checkSeed(options.seed)
}`,
  },
  {
    name: 'checkSeed',
    needs: [],
    text: `function checkSeed(seed = 0) {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new TypeError('a seed is a whole number from 0, not ' + seed)
}`,
  },
  {
    name: 'arena',
    keeps: ['room'],
    needs: [],
    sets: ['room'],
    text: `// Memory for what lives during a call only: shared by all computations, grown where one needs more.
const arena = { version: 0, real: new Real(0), wide: new Float64Array(0), int: new Int32Array(0), bool: new Uint8Array(0) }

function room(type, count) {
  if (arena[type].length < count) {
    arena[type] = new arena[type].constructor(count)
    arena.version++
  }
  return arena[type]
}`,
  },
  {
    name: 'inputView',
    keeps: ['inputView'],
    needs: ['formOf', 'shaped', 'productOf'],
    text: `function inputView(inputs, name, shape) {
  const input = inputs.find((one) => one.name === name)
  if (!input) throw new TypeError('there is no input ' + String(name) + '; the inputs are ' + inputs.map((one) => one.name).join(', '))
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new TypeError('the shape of ' + name + ' must be an array of whole numbers')
  }
  shaped(input, shape, 0)
  const data = new input.type(productOf(shape))
  views.set(data, [...shape])
  return data
}`,
  },
  {
    name: 'inMode',
    keeps: ['inMode'],
    needs: [],
    text: `function inMode(options, usual, training, evaluation) {
  return (options?.training ?? usual) ? training : evaluation
}`,
  },
]
