// What is known while one kernel is written: its names, its parameters, and where each variable and local stands.
import type { AxisName } from '../../compiler/graph/node.ts'
import { constantOf, type Size } from '../../compiler/graph/size.ts'
import { axisText } from '../../compiler/graph/sizeText.ts'
import type { Buffer, Expression, Kernel } from '../../compiler/kernels/program.ts'
import { hoist, openBlock, type Block } from './blocks.ts'
import { atom, level, numberLiteral, type Js } from './js.ts'
import type { ModuleScope } from './moduleScope.ts'
import { createScope, type Scope } from './names.ts'
import type { Operations } from './operations.ts'
import { sizeJs } from './sizes.ts'

/** One argument of a kernel's function, as its caller must pass it. */
export type Argument =
  | { readonly kind: 'axis'; readonly axis: AxisName }
  | { readonly kind: 'buffer'; readonly buffer: Buffer }
  | { readonly kind: 'option'; readonly name: string }
  /** The model's seed and step, which random draws depend on. */
  | { readonly kind: 'seed' }
  | { readonly kind: 'step' }

export interface Place {
  readonly js: Js
  /** Depth of the block that it is set in. */
  readonly depth: number
  /** Added to a variable in a copy of an unrolled body. */
  readonly offset?: number
  /** Of a variable that starts at 0: where it ends. */
  readonly extent?: Size
  /** Of a local: whether it depends on numbers that a call brings. */
  readonly isData?: boolean
}

export interface KernelScope {
  readonly precision: 'f32' | 'f64'
  readonly operations: Operations
  readonly names: Scope
  /** The function's body; sizes that loops and strides need are worked out at its top. */
  readonly top: Block
  readonly variables: Map<string, Place>
  readonly locals: Map<string, Place>
  /** Names of locals that change. */
  readonly changing: Set<string>
  /** Of argmax and argmin: the local that holds the best value so far. */
  readonly best: Map<string, string>
  /** What is known of how deep each expression must stand. */
  readonly depths: Map<Expression, number>
  readonly written: ReadonlySet<Buffer>
  /** In order of first use, with the names that the function gives them. */
  arguments(): readonly { readonly argument: Argument; readonly name: string }[]
  buffer(buffer: Buffer): string
  option(name: string): Js
  seed(): string
  step(): string
  size(size: Size): Js
}

export function createKernelScope(
  kernel: Kernel,
  { precision, operations }: Pick<ModuleScope, 'precision' | 'operations'>,
): KernelScope {
  const names = createScope()
  const taken = new Map<string, { argument: Argument; name: string }>()
  const argument = (key: string, wanted: string, of: Argument): string => {
    const known = taken.get(key)
    if (known !== undefined) return known.name
    const name = names.take(wanted)
    taken.set(key, { argument: of, name })
    return name
  }
  const top = openBlock(null)
  const axis = (name: AxisName): Js =>
    atom(argument(`axis ${name}`, axisText(name), { kind: 'axis', axis: name }))
  return {
    precision,
    operations,
    names,
    top,
    variables: new Map(),
    locals: new Map(),
    changing: new Set(),
    best: new Map(),
    depths: new Map(),
    written: new Set(kernel.writes),
    arguments: () => [...taken.values()],
    buffer: (buffer) => argument(`buffer ${buffer.name}`, buffer.name, { kind: 'buffer', buffer }),
    option: (name) => atom(argument(`option ${name}`, name, { kind: 'option', name })),
    seed: () => argument('seed', 'seed', { kind: 'seed' }),
    step: () => argument('step', 'step', { kind: 'step' }),
    size(size) {
      const constant = constantOf(size)
      if (constant !== null) return numberLiteral(constant)
      const js = sizeJs(size, axis)
      if (js.precedence === level.primary && /^[\w$]+$/.test(js.text)) return js
      return atom(hoist(top, js.text, () => names.take(nameOfSize(size))))
    },
  }
}

/** `D * H` is DH; of anything longer only that it is a size. */
function nameOfSize(size: Size): string {
  const [term, second] = size.terms
  const axes = term?.atoms.flatMap((factor) => (factor.kind === 'axis' ? [factor.axis] : [])) ?? []
  const isProduct = second === undefined && axes.length === term?.atoms.length
  return isProduct && term?.coefficient === 1 ? axes.map(axisText).join('') : 'size'
}
