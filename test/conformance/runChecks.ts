// Runs the checks of one case on its module: each from a fresh model, each mismatch a line of text.
import { numberOf, type Check, type RunCase, type Tensor, type Tolerance } from './cases.ts'
import { compareLists, compareNumber, compareNumbers, type Numbers } from './compare.ts'
import { entryOf, settled, type GeneratedModule, type Model } from './generatedModule.ts'
import { sizesForInit } from './sizes.ts'

interface Run {
  readonly testCase: RunCase
  readonly module: GeneratedModule
  readonly tolerance: Tolerance
}

export async function runChecks(run: Run): Promise<string[]> {
  const failures: string[] = []
  for (const check of run.testCase.checks) {
    const label = [check.call, check.entry].filter((part) => part !== undefined).join(' ')
    try {
      const found = await runCheck(run, check)
      failures.push(...found.map((failure) => `${label}: ${failure}`))
    } catch (error) {
      failures.push(`${label}: threw ${String(error)}`)
    }
  }
  return failures
}

async function runCheck(run: Run, check: Check): Promise<string[]> {
  const model = await freshModel(run)
  try {
    return await runOn(run, check, model)
  } finally {
    await model?.dispose?.()
  }
}

function runOn(run: Run, check: Check, model?: Model): Promise<string[]> {
  switch (check.call) {
    case 'value':
    case 'metric':
      return checkValue(run, check, model)
    case 'valueAndGrad':
      return checkGradient(run, check, model)
    case 'output':
      return checkOutput(run, check, model)
    case 'steps':
      return checkSteps(run, check, model)
    case 'init':
      return checkInit(check, model)
    default:
      return check.call satisfies never
  }
}

async function freshModel({ testCase, module }: Run): Promise<Model | undefined> {
  if (module.init === undefined) return undefined
  const model = await settled(module.init({ axes: sizesForInit(testCase, module.signature) }))
  const tensors = await tensorsOf(model)
  for (const [path, tensor] of Object.entries(testCase.params ?? {})) {
    write(tensors.params, path, tensor)
  }
  for (const [path, tensor] of Object.entries(testCase.state ?? {})) {
    write(tensors.state, path, tensor)
  }
  await model.write?.(tensors)
  return model
}

/** The model's own, or copies where it lies on a device. */
async function tensorsOf(model: Model): Promise<Pick<Model, 'params' | 'state'>> {
  return (await model.read?.()) ?? model
}

function write(tensors: Model['state'], path: string, { data }: Tensor): void {
  const target = tensors[path]
  if (target === undefined) throw new Error(`the model has no ${path}`)
  if (target.length !== data.length) {
    throw new Error(`${path} has ${target.length} elements, the case gives ${data.length}`)
  }
  target.set(data.map(numberOf))
}

async function checkValue(
  { testCase, module, tolerance }: Run,
  check: Check,
  model?: Model,
): Promise<string[]> {
  const entry = entryOf(module, nameOf(check))
  const parameters = withModel(model, inputsOf(testCase))
  const got = await (check.call === 'metric' ? entry(...parameters) : entry.value(...parameters))
  return [
    ...(check.expect.value === undefined
      ? []
      : compareNumber('value', got, check.expect.value, tolerance)),
    ...finiteness(check, 'value', [got as number]),
  ]
}

async function checkGradient(
  { testCase, module, tolerance }: Run,
  check: Check,
  model?: Model,
): Promise<string[]> {
  const { expect } = check
  const { value, grad } = await settled(
    entryOf(module, nameOf(check)).valueAndGrad(...withModel(model, inputsOf(testCase))),
  )
  const failures =
    expect.value === undefined ? [] : compareNumber('value', value, expect.value, tolerance)
  for (const [name, want] of Object.entries(expect.grad ?? {})) {
    failures.push(...compareNumbers(`grad ${name}`, grad[name], want, tolerance))
  }
  if (expect.grad_names !== undefined) {
    failures.push(
      ...compareLists('gradients', Object.keys(grad).sort(), [...expect.grad_names].sort()),
    )
  }
  for (const [name, shape] of Object.entries(expect.grad_shapes ?? {})) {
    failures.push(
      ...compareLists(`elements of ${name}`, [grad[name]?.length ?? -1], [sizeOf(shape)]),
    )
  }
  for (const [name, numbers] of Object.entries(grad)) {
    failures.push(...finiteness(check, `grad ${name}`, numbers))
  }
  return failures
}

async function checkOutput(
  { testCase, module, tolerance }: Run,
  check: Check,
  model?: Model,
): Promise<string[]> {
  const { expect } = check
  const got = (await entryOf(module, nameOf(check))(...withModel(model, inputsOf(testCase)))) as {
    data: Numbers
    shape: number[]
    axes: string[]
  }
  const failures: string[] = []
  if (expect.output !== undefined) {
    failures.push(...compareLists('shape', got.shape, expect.output.shape))
    failures.push(...compareNumbers('output', got.data, expect.output, tolerance))
  }
  if (expect.shape !== undefined) failures.push(...compareLists('shape', got.shape, expect.shape))
  if (expect.axes !== undefined) failures.push(...compareLists('axes', got.axes, expect.axes))
  if (expect.sums_to_one === true) {
    const last = got.shape.at(-1) ?? 1
    for (let row = 0; row < got.data.length; row += last) {
      const sum = Array.from(got.data)
        .slice(row, row + last)
        .reduce((a, b) => a + b, 0)
      failures.push(...compareNumber(`sum of row ${row / last}`, sum, 1, tolerance))
    }
  }
  return [...failures, ...finiteness(check, 'output', got.data)]
}

async function checkSteps(
  { testCase, module, tolerance }: Run,
  check: Check,
  model?: Model,
): Promise<string[]> {
  const { expect, steps = 1, per_step: perStep = [] } = check
  const entry = entryOf(module, nameOf(check))
  const failures: string[] = []
  const values: number[] = []
  for (let k = 0; k < steps; k++) {
    const value = await entry.step(...withModel(model, inputsOf(testCase, perStep, k)))
    values.push(value as number)
    const want = expect.values?.[k]
    if (want !== undefined) {
      failures.push(...compareNumber(`value of step ${k + 1}`, value, want, tolerance))
    }
    const after = String(k + 1)
    const tensors = model && (await tensorsOf(model))
    for (const [path, tensor] of Object.entries(expect.params?.[after] ?? {})) {
      const what = `${path} after step ${after}`
      failures.push(...compareNumbers(what, tensors?.params[path], tensor, tolerance))
    }
    for (const [path, tensor] of Object.entries(expect.state?.[after] ?? {})) {
      const what = `${path} after step ${after}`
      failures.push(...compareNumbers(what, tensors?.state[path], tensor, tolerance))
    }
  }
  if (expect.falls === true && !((values.at(-1) ?? NaN) < (values[0] ?? NaN))) {
    failures.push(`the loss did not fall: ${values[0]} … ${values.at(-1)}`)
  }
  failures.push(...finiteness(check, 'values', values))
  const left = model && (await tensorsOf(model))
  for (const [path, numbers] of Object.entries(left?.params ?? {})) {
    failures.push(...finiteness(check, path, numbers))
  }
  return failures
}

async function checkInit({ expect }: Check, model?: Model): Promise<string[]> {
  const made = model && (await tensorsOf(model))
  const sizes = Object.fromEntries(
    Object.entries(made?.params ?? {}).map(([path, numbers]) => [path, numbers.length]),
  )
  const wanted = {
    ...expect.param_sizes,
    ...Object.fromEntries(
      Object.entries(expect.param_shapes ?? {}).map(([path, shape]) => [path, sizeOf(shape)]),
    ),
  }
  const paths = Object.keys(wanted).sort()
  return [
    ...compareLists('parameters', Object.keys(sizes).sort(), paths),
    ...compareLists(
      'sizes',
      paths.map((path) => sizes[path] ?? -1),
      paths.map((path) => wanted[path] ?? -1),
    ),
  ]
}

/** The inputs as the module takes them; at step k, those named get their slice k. */
export function inputsOf(
  testCase: Pick<RunCase, 'inputs'>,
  perStep: readonly string[] = [],
  k = 0,
): Record<string, { data: number[]; shape: readonly number[] }> {
  const inputs = Object.entries(testCase.inputs ?? {}).map(([name, { shape, data }]) => {
    const numbers = data.map(numberOf)
    if (!perStep.includes(name)) return [name, { data: numbers, shape }] as const
    const slice = shape.slice(1)
    const size = sizeOf(slice)
    return [name, { data: numbers.slice(k * size, (k + 1) * size), shape: slice }] as const
  })
  return Object.fromEntries(inputs)
}

/** A file without parameters and states has no model argument. */
function withModel(model: Model | undefined, inputs: object): unknown[] {
  return model === undefined ? [inputs] : [model, inputs]
}

function finiteness(check: Check, what: string, numbers: Numbers): string[] {
  if (check.expect.finite !== true) return []
  return Array.from(numbers).every(Number.isFinite) ? [] : [`${what}: not all finite`]
}

function nameOf(check: Check): string {
  if (check.entry === undefined) throw new Error(`a check of ${check.call} names no entry`)
  return check.entry
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1)
}
