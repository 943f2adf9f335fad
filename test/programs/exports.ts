// What a program exports: a loss of what nothing else uses, its slopes, outputs, metrics, and a step.
import { wordsOf, type Value } from './program.ts'
import type { Scope } from './scope.ts'

/** One row for each: how `minimize` is written. */
export const optimizers: readonly string[] = [
  'sgd(lr = 0.1)',
  'sgd(lr = 0.1, momentum = 0.9, nesterov = true)',
  'sgd(lr = 0.1, momentum = 0.9, dampening = 0.1, weight_decay = 0.01), clip_norm = 0.5',
  'sgd(lr = (step) => 0.1 * 0.9 ^ (step - 1)), clip_value = 0.2',
  'adam(lr = 0.01)',
  'adam(lr = 0.01, amsgrad = true, weight_decay = 0.1)',
  'adam(lr = cosine_lr(1e-2, t_max = 10))',
  'adamw(lr = warmup(0.01, 3))',
  'adagrad(lr = 0.05)',
  'adadelta(lr = 0.5)',
  'rmsprop(lr = 0.01)',
  'rmsprop(lr = 0.01, centered = true, momentum = 0.5)',
  'adamax(lr = 0.01)',
  'nadam(lr = 0.01)',
  'radam(lr = 0.01)',
  'lion(lr = 0.001)',
]

export function exportAll(scope: Scope): void {
  const { draw } = scope
  const write = (construct: string, text: string, defines: string[] = []): void => {
    scope.statements.push({ construct, text, defines })
  }
  const used = new Set(
    scope.statements.flatMap(({ text, defines }) =>
      [...wordsOf(text)].filter((word) => !defines.includes(word)),
    ),
  )
  const last = scope.values.filter(
    ({ name, kind }) => kind === 'real' && name.startsWith('v') && !used.has(name),
  )
  const ends = last.length > 0 ? last : scope.values.filter(({ kind }) => kind === 'real').slice(-1)
  const terms = ends.map(
    ({ name }, i) => `${draw.pick(['sum', 'mean'])}(${name} * sin(${1 + i} + ${name}))`,
  )
  const sum = terms.join(' + ')
  write('let', `let first = ${sum}`, ['first'])
  const first: Value = { name: 'first', axes: [], kind: 'real', low: -100, high: 100 }
  scope.add(first, sum)
  const trained = scope.statements.find(({ construct }) => construct === 'param')
  if (trained === undefined) write('loss', 'loss train = first', ['train'])
  else {
    write('loss', `loss train = first + sum(square(${trained.defines[0]}))`, ['train'])
    write('minimize', `${draw.pick(['minimize', 'maximize'])} train with ${draw.pick(optimizers)}`)
  }
  const leaves = scope.leaves.filter(({ name }) => scope.reaches(first, name))
  if (leaves.length > 0) {
    const wrt = leaves.map(({ name }) => name).join(', ')
    write('loss with wrt', `loss partial = first wrt ${wrt}`, ['partial'])
    const slopes = leaves.map(({ name }, i) => `sum(cos(${i} + ${name}) * grad(first, ${name}))`)
    write('loss of gradients', `loss slope = ${slopes.join(' + ')} wrt ${wrt}`, ['slope'])
  }
  const shown = draw.some(scope.values.filter(({ name }) => name.startsWith('v'))).slice(-3)
  for (const value of shown) {
    const name = scope.fresh('y')
    write('output', `output ${name}${typeOf(scope, value)} = ${value.name}`, [name])
  }
  const measured = scope.pick(({ name }) => name.startsWith('v'))
  if (measured !== null) {
    write('metric', `metric measure = mean(${measured.name})`, ['measure'])
  }
}

function typeOf({ draw }: Scope, { axes }: Value): string {
  return draw.chance(0.5) ? `: [${draw.shuffled(axes).join(', ')}]` : ''
}
