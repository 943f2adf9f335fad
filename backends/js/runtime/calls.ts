// A call: check everything, bind sizes and memory where they changed, run the kernels, hand out the results.
import type { Part } from './part.ts'

export const callParts: readonly Part[] = [
  {
    name: 'computation',
    needs: [],
    text: `// Everything that a call needs lies in t; it has all its keys from the start.
function computation(parts) {
  const t = { seed: 0, step: 0, count: 0 }
  const { inputs } = parts
  const keyed = (record, table) => Object.entries(record ?? {}).map(([key, at]) => ({ ...table[at], key, count: 0 }))
  const c = {
    ...parts,
    t,
    slots: Object.entries(parts.slots).map(([key, at]) => ({ key, input: inputs[at], form: undefined })),
    tensors: keyed(parts.tensors, TENSORS),
    copied: keyed(parts.copied, TENSORS),
    makes: keyed(parts.makes, TENSORS),
    results: Object.entries(parts.results ?? {}).map(([key, length]) => ({ key, length, count: 0 })),
    options: Object.entries(parts.options).map(([name, value]) => ({ key: '$' + name, name, value })),
    run: undefined,
    sizes: undefined,
    version: -1,
    axesGiven: undefined,
    modelAxes: undefined,
    reused: undefined,
  }
  for (const list of [c.slots, c.tensors, c.copied, c.results, c.options]) for (const { key } of list) t[key] = null
  for (const key of parts.numbers ?? []) t[key] = new Float64Array(1)
  return c
}`,
  },
  {
    name: 'call',
    needs: [
      'checkOptions',
      'checkSeed',
      'checkBatch',
      'formOf',
      'sameForm',
      'sameSizes',
      'rebind',
      'numbersOf',
      'arena',
    ],
    text: `// Nothing of the model changes before every check is done. With the last call's sizes, nothing is allocated but results.
function call(c, model, batch, options) {
  checkOptions(c, options)
  checkBatch(c, batch)
  const { t, slots } = c
  let same = c.version === arena.version && sameSizes(c.axesGiven, options?.axes) && sameSizes(c.modelAxes, model?.axes)
  for (const slot of slots) {
    const { input } = slot
    const value = batch !== undefined && Object.hasOwn(batch, input.name) ? batch[input.name] : undefined
    if (value === undefined && input.fallback === undefined) throw new TypeError(c.entry + ' needs the input ' + input.name)
    const form = value === undefined ? null : formOf(input, value)
    same &&= slot.form !== undefined && sameForm(form, slot.form)
    slot.next = form
  }
  if (!same) rebind(c, model, options)
  for (const slot of slots) {
    t[slot.key] = slot.form === null ? slot.standing : numbersOf(slot.input, batch[slot.input.name], slot)
  }
  prepare(c, model, options)
  const owner = options?.reuse === true ? (model ?? c) : undefined
  if (owner === undefined || c.reused !== owner) {
    for (const result of c.results) t[result.key] = new (c.type ?? Real)(result.count)
  }
  c.reused = owner
  c.run(t)
  for (const { key, record, path } of c.copied) model[record][path].set(t[key])
  return c.read(t, c.sizes)
}`,
  },
  {
    name: 'rebind',
    needs: ['settleSizes', 'axisClaims', 'shaped', 'unsettled', 'arena', 'countOf'],
    text: `// Works out every size, then asks the computation for its loops over memory of these sizes.
function rebind(c, model, options) {
  c.version = -1
  const claims = axisClaims(options?.axes)
  for (const [blame, { input, next }] of c.slots.entries()) {
    if (next === null) continue
    const axes = input.axes.map((axis) => AXES[axis])
    claims.push(Array.isArray(next) ? shaped(input.name, axes, next, blame) : { name: input.name, axes, total: next, blame })
  }
  const { sizes } = settleSizes(claims, model?.axes ?? {}, model?.spareAxes ?? {})
  for (const atom of c.atoms) if (sizes[atom] === undefined) unsettled(c, atom, claims)
  const run = c.bind(sizes)
  for (const slot of c.slots) {
    const { input } = slot
    slot.shape = input.axes.map((axis) => AXES[axis].of(sizes))
    slot.length = slot.shape.reduce((product, size) => product * size, 1)
    slot.classes = input.over === undefined ? undefined : AXES[input.over].of(sizes)
    slot.form = slot.next
    if (slot.form === null) slot.standing = input.fallback(sizes, new input.type(slot.length))
  }
  for (const tensor of [...c.tensors, ...c.copied]) tensor.count = countOf(tensor, sizes)
  for (const result of c.results) result.count = result.length(sizes)
  for (const tensor of c.copied) c.t[tensor.key] = new tensor.type(tensor.count)
  c.run = run
  c.sizes = sizes
  c.axesGiven = options?.axes && { ...options.axes }
  c.modelAxes = model?.axes
  c.reused = undefined
  c.version = arena.version
}`,
  },
  {
    name: 'prepareWithModel',
    needs: ['tensorOf'],
    sets: ['prepare'],
    text: `function prepare(c, model, options) {
  const { t } = c
  for (const tensor of c.tensors) t[tensor.key] = tensorOf(model, tensor)
  for (const option of c.options) t[option.key] = options?.[option.name] ?? option.value
  t.seed = model ? model.seed : (options?.seed ?? 0)
  t.step = model ? model.step : 0
  if (!c.changes) return
  for (const tensor of c.copied) tensorOf(model, tensor)
  t.count = model.steps[c.counts] + 1
  for (const slot of c.slots) {
    for (const tensor of c.tensors) if (t[slot.key].buffer === t[tensor.key].buffer) t[slot.key] = t[slot.key].slice()
  }
}`,
  },
  {
    name: 'prepareAlone',
    needs: [],
    sets: ['prepare'],
    text: `function prepare({ t }, model, options) {
  t.seed = options?.seed ?? 0
  t.step = 0
}`,
  },
  {
    name: 'countOf',
    needs: [],
    text: `function countOf({ axes }, sizes) {
  return axes.reduce((product, axis) => product * AXES[axis].of(sizes), 1)
}`,
  },
  {
    name: 'axisClaims',
    needs: [],
    text: `function axisClaims(given) {
  return Object.keys(given ?? {}).map((name) => {
    const axis = AXES.find((one) => one.name === name)
    if (axis === undefined) throw new TypeError('there is no axis ' + name + '; the axes are ' + AXES.map((one) => one.name).join(', '))
    const total = given[name]
    if (!Number.isSafeInteger(total) || total < 0) throw new TypeError('the size of ' + name + ' must be a whole number, not ' + String(total))
    return { name: 'axes.' + name, axes: [axis], total, blame: -1, said: 'axes.' + name + ' is ' + total }
  })
}`,
  },
  {
    name: 'shaped',
    needs: ['ShapeError', 'shown'],
    text: `function shaped(name, axes, shape, blame) {
  const names = axes.map((axis) => axis.name)
  if (shape.length !== axes.length) {
    throw new ShapeError(name + (shape.length === 0 ? ' is one number' : ' has shape ' + shown(shape)) + ', but it must have the axes ' + shown(names))
  }
  return { name, axes, shape, total: shape.reduce((product, size) => product * size, 1), blame }
}`,
  },
  {
    name: 'unsettled',
    needs: ['counted', 'shown'],
    text: `function unsettled(c, atom, claims) {
  const claim = claims.find(({ axes }) => axes.some((axis) => axis.atoms.includes(atom)))
  const why = claim ? ': ' + counted(claim) + ' for ' + shown(claim.axes.map((axis) => axis.name)) + '. Pass ' + claim.name + ' as { data, shape }, or' : '. Pass'
  throw new TypeError(c.entry + ': the size of ' + atom + ' is not settled' + why + ' the option axes: { ' + atom + ': … }')
}`,
  },
  {
    name: 'sameSizes',
    needs: [],
    text: `function sameSizes(last, now) {
  if (last === now) return true
  if (last === undefined || now === undefined) return false
  const names = Object.keys(now)
  return names.length === Object.keys(last).length && names.every((name) => last[name] === now[name])
}`,
  },
  {
    name: 'checkBatch',
    needs: ['isTyped'],
    text: `function checkBatch(c, batch) {
  if (batch === undefined && c.slots.every(({ input }) => input.fallback)) return
  if (typeof batch !== 'object' || batch === null || Array.isArray(batch) || isTyped(batch)) {
    throw new TypeError(c.entry + ' takes its inputs by name: { ' + c.slots.map(({ input }) => input.name).join(', ') + ' }')
  }
  for (const name in batch) {
    if (!c.known.includes(name)) throw new TypeError('there is no input ' + name + (c.known.length === 0 ? '' : '; the inputs are ' + c.known.join(', ')))
  }
}`,
  },
  {
    name: 'checkOptions',
    needs: [],
    text: `function checkOptions(c, options) {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null) throw new TypeError(c.entry + ' takes its options as an object')
  for (const name in options) {
    if (!c.allowed.includes(name)) throw new TypeError(c.entry + ' has no option ' + name + '; its options are ' + c.allowed.join(', '))
    const value = options[name]
    const right = name === 'training' || name === 'reuse' ? 'boolean' : name === 'axes' || name === 'weights' ? 'object' : 'number'
    if (value !== undefined && (value === null || typeof value !== right)) throw new TypeError(c.entry + ': the option ' + name + ' must be ' + (right === 'object' ? 'an object' : 'a ' + right) + ', not ' + String(value))
  }
  checkSeed(options.seed)
}`,
  },
  {
    name: 'checkSeed',
    needs: [],
    text: `function checkSeed(seed) {
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) throw new TypeError('a seed is a whole number from 0, not ' + String(seed))
}`,
  },
  {
    name: 'arena',
    needs: [],
    text: `// Memory for what lives during a call only: shared by all computations, grown where one needs more.
const arena = { version: 0, real: new Real(0), wide: new Float64Array(0), int: new Int32Array(0), bool: new Uint8Array(0) }

function room(type, count) {
  if (arena[type].length < count) {
    arena[type] = new arena[type].constructor(count)
    arena.version++
  }
  return arena[type]
}`,
    sets: ['room'],
  },
  {
    name: 'inputView',
    needs: ['formOf', 'shaped'],
    text: `function inputView(inputs, name, shape) {
  const input = inputs.find((one) => one.name === name)
  if (input === undefined) throw new TypeError('there is no input ' + String(name) + '; the inputs are ' + inputs.map((one) => one.name).join(', '))
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new TypeError('the shape of ' + name + ' must be an array of whole numbers')
  }
  const { total } = shaped(name, input.axes.map((axis) => AXES[axis]), shape, 0)
  const data = new input.type(total)
  views.set(data, [...shape])
  return data
}`,
  },
  {
    name: 'inMode',
    needs: [],
    text: `function inMode(options, usual, training, evaluation) {
  return (options?.training ?? usual) ? training : evaluation
}`,
  },
]
