// Messages about names, statements and what a file declares and exports.
import { alternatives, code } from '../words.ts'
import { error, warning } from './entry.ts'

export interface Near {
  readonly near?: string
}

export function meant({ near }: Near): string | undefined {
  return near === undefined ? undefined : `did you mean ${code(near)}?`
}

/** The near name, or all there are when they are few. */
export function meantOrKnown({ near, known }: Near & { known?: readonly string[] }) {
  if (near !== undefined) return meant({ near })
  if (known === undefined || known.length === 0 || known.length > 12) return undefined
  return `there ${known.length === 1 ? 'is' : 'are'} ${alternatives(known.map(code), 'and')}`
}

/** What people look for by its name in PyTorch and NumPy, where it is called otherwise. */
const elsewhere = new Map([
  ...'matmul mm bmm mv einsum tensordot bilinear'
    .split(' ')
    .map(
      (name) =>
        [
          name,
          'products with a sum are written `dot[I](a, b)`, over the axis I that both share',
        ] as const,
    ),
  ...['view', 'reshape', 'flatten', 'unflatten'].map(
    (name) => [name, 'axes are merged by `x[(H, W) as P]`, and split by `x[D as (H, W)]`'] as const,
  ),
  ...['transpose', 'permute', 'swapaxes', 'moveaxis'].map(
    (name) => [name, 'axes go by their names and have no order: leave it out'] as const,
  ),
  ...['unsqueeze', 'expand', 'repeat_interleave', 'tile', 'broadcast_to'].map(
    (name) =>
      [name, 'operands align by the names of their axes; `x[+M]` repeats x along M'] as const,
  ),
  ...['gather', 'index_select', 'take'].map(
    (name) => [name, 'to look up by an index, write `x[C = label]`'] as const,
  ),
  ['cat', 'write `concat[A, B -> C](a, b)`'],
  ['where', 'write `if condition then a else b`'],
  ['arange', "an axis' name used as a value is its coordinate: 0, 1, … along it"],
  ['Sequential', 'write `chain(Linear[D -> H], relu, Linear[H -> C])`'],
  ...['shape', 'ndim'].map(
    (name) => [name, 'the length of an axis is `size(N)`, by its name'] as const,
  ),
  ['T', 'axes go by their names and have no order: leave it out'],
  ['detach', 'write `stop_gradient(x)`'],
  ['MSELoss', 'its mean is `mse(a, b)`'],
  ['L1Loss', 'its mean is `mae(a, b)`'],
  ['CrossEntropyLoss', 'write `mean(cross_entropy(scores, label))`'],
  ['BCELoss', 'write `mean(binary_cross_entropy(p, y))`'],
  ['BCEWithLogitsLoss', 'write `mean(binary_cross_entropy_with_logits(z, y))`'],
  ['NLLLoss', 'write `mean(nll(lp, label))`'],
  ['KLDivLoss', 'write `kl_div(lq, p)`'],
  ...['Conv1d', 'Conv2d', 'Conv3d'].map(
    (name) =>
      [name, 'write `Conv[I -> O, H, W](kernel = 3)`, with as many axes as there are'] as const,
  ),
  ...['MaxPool2d', 'max_pool2d'].map(
    (name) => [name, 'write `max_pool[H -> P, W -> Q](x, size = 2)`'] as const,
  ),
  ...['BatchNorm1d', 'BatchNorm2d'].map((name) => [name, 'write `BatchNorm[C]`'] as const),
])

export const names = {
  'unknown-name': error<{ name: string } & Near>({
    message: ({ name }) => `there is no ${code(name)} here`,
    hint: (facts) => meant(facts) ?? elsewhere.get(facts.name),
  }),
  'used-before-defined': error<{ name: string }>({
    message: ({ name }) => `${code(name)} is used before it is defined`,
    hint: () => 'a name stands for something from its definition on: move the definition up',
  }),
  'declared-twice': error<{ name: string }>({
    message: ({ name }) => `${code(name)} is declared twice`,
    hint: () => 'give one of the two another name',
  }),
  'no-members': error<{ text: string; noun: string; member: string; isFunction: boolean }>({
    message: ({ text, noun, member }) =>
      `${code(text)} is ${noun}, and has no ${code(member)}: only instances of blocks have members`,
    hint: ({ text, member, isFunction }) =>
      isFunction
        ? `a function stands before what it is applied to, or behind ${code('|>')}: ${code(`${member}(${text})`)}, ${code(`${text} |> ${member}`)}`
        : elsewhere.get(member),
  }),
  'unknown-member': error<{ member: string; of: string; known: readonly string[] } & Near>({
    message: ({ member, of }) => `${code(of)} has no ${code(member)}`,
    hint: meantOrKnown,
  }),
  'statement-misplaced': error<{ kind: string }>({
    message: ({ kind }) => `${code(kind)} can't stand here`,
  }),
  'calls-too-deep': error<object>({
    message: () => 'this calls functions that call functions, too many levels deep',
  }),
  'program-too-long': error<object>({
    message: () => 'working this file out takes too long: its functions call one another too often',
  }),

  // ── Imports ───────────────────────────────────────────────────────────────
  'import-unknown': error<{ name: string; file: string; known: readonly string[] } & Near>({
    message: ({ name, file }) => `${code(file)} defines no ${code(name)}`,
    hint: meantOrKnown,
  }),
  'import-not-relative': error<{ file: string }>({
    message: ({ file }) => `${code(file)} is no relative path`,
    hint: ({ file }) =>
      `write ${code(`"./${file.replace(/^\/+/, '')}"`)}; the standard library needs no import`,
  }),
  'import-cycle': error<{ file: string }>({
    message: ({ file }) => `${code(file)} imports this file in turn`,
    hint: () => 'move what both need into a third file',
  }),
  'import-unreadable': error<{ file: string; reason: string }>({
    message: ({ file, reason }) => `${code(file)} can't be read: ${reason}`,
  }),

  // ── Exports ───────────────────────────────────────────────────────────────
  'export-reserved': error<{ name: string }>({
    message: ({ name }) =>
      `no export can be called ${code(name)}: the word has a meaning in the module`,
    hint: ({ name }) => `call it ${code(`${name}_`)}, say`,
  }),
  'export-axis-list': error<{ name: string }>({
    message: ({ name }) =>
      `${code(name)} can't be exported: its inputs have as many axes as its caller likes`,
    hint: () => 'give it single axes, and call it from another `export fn`',
  }),
  'export-tuple': error<object>({
    message: () => 'a parameter of an exported function has a name, and is no tuple',
  }),
  'not-scalar': error<{ name: string; kind: string; axes: string }>({
    message: ({ name, kind, axes }) =>
      `the ${kind} ${code(name)} must be one number, but this has axes ${axes}`,
    hint: () => 'take its `mean` or `sum`',
  }),
  'output-axes-differ': error<{ name: string; axes: string; wanted: string; missing?: string }>({
    message: ({ name, axes, wanted, missing }) =>
      `the output ${code(name)} is declared ${wanted}, but its value has axes ${axes}` +
      (missing === undefined ? '' : `: it lacks ${code(missing)}`),
    hint: ({ axes }) => `declare it ${axes}, in any order`,
  }),

  // ── Losses and training ───────────────────────────────────────────────────
  'wrt-unknown': error<{ name: string; isValue: boolean } & Near>({
    message: ({ name, isValue }) =>
      isValue
        ? `${code(name)} is no input, parameter or instance, so no loss is differentiated by it`
        : `there is no input, parameter or instance ${code(name)}`,
    hint: ({ near, isValue, name }) =>
      near === undefined && isValue
        ? `${code(`grad(y, ${name})`)} gives the derivative by a value`
        : meant(near === undefined ? {} : { near }),
  }),
  'wrt-not-real': error<{ name: string }>({
    message: ({ name }) =>
      `${code(name)} holds whole numbers or truth values, which have no derivative`,
  }),
  'wrt-unreached': warning<{ name: string }>({
    message: ({ name }) => `the loss reaches no parameter of ${code(name)}`,
  }),
  'unknown-loss': error<{ loss: string } & Near>({
    message: ({ loss }) => `there is no loss ${code(loss)}`,
    hint: meant,
  }),
  'minimized-twice': error<{ loss: string }>({
    message: ({ loss }) => `${code(loss)} has a step already: a loss has one`,
  }),
  'nothing-to-train': error<{ loss: string }>({
    message: ({ loss }) => `${code(loss)} reaches no parameter, so there is nothing to train`,
  }),
  'unknown-optimizer': error<{ name: string } & Near>({
    message: ({ name }) => `there is no optimizer ${code(name)}`,
    hint: meant,
  }),
  'option-reserved': error<{ name: string }>({
    message: ({ name }) => `an option of an optimizer can't be called ${code(name)}`,
  }),
  'not-a-state': error<{ name: string; isKnown: boolean } & Near>({
    message: ({ name, isKnown }) =>
      isKnown
        ? `${code(name)} is no state, and only states are updated`
        : `there is no state ${code(name)}`,
    hint: meant,
  }),
  'updated-twice': error<{ name: string }>({
    message: ({ name }) => `${code(name)} is updated twice`,
  }),
  'parameter-not-updated': warning<{ name: string }>({
    message: ({ name }) => `${code(name)} never updates \`parameter\`, so it trains nothing`,
    hint: () => 'let it end in `update parameter = parameter - lr * gradient`, or the like',
  }),
  'unused-input': warning<{ name: string }>({
    message: ({ name }) => `nothing reads the input ${code(name)}`,
    hint: () => 'leave it out, or use it',
  }),
  'idle-update': warning<{ name: string }>({
    message: ({ name }) =>
      `no loss with a step reads the state ${code(name)}, so its update never happens`,
    hint: () =>
      'a step runs the updates of what its loss reaches; how many steps there were is `step` in an optimizer, and `model.step` outside',
  }),
  'untrained-parameter': warning<{ path: string; isRead: boolean; isOfCopies: boolean }>({
    message: ({ path, isRead, isOfCopies }) => {
      const others = isOfCopies ? ', nor by those of the other copies' : ''
      return isRead
        ? `no loss is differentiated by the parameter ${code(path)}${others}, so it is never trained`
        : `nothing reads the parameter ${code(path)}, so it is never trained`
    },
    hint: ({ isRead }) =>
      isRead
        ? 'it is left out by `wrt`, or reached through `stop_gradient`, a comparison or an index only; a `state` is kept without being trained'
        : 'leave it out, or use it',
  }),
} as const
