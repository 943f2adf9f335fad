// Solves `coordinate(axis) = index` for the axes that the index is made of. See Note [Solving for axes] in take.ts.
import type { Graph } from '../graph/graph.ts'
import type { AxisName, Node } from '../graph/node.ts'
import {
  constantOf,
  constantSize,
  divideSizesExactly,
  evaluateSize,
  scaleSize,
  subtractSizes,
} from '../graph/size.ts'
import { one, zero } from '../graph/sizeAlgebra.ts'
import type { Size } from '../graph/size.ts'
import {
  addForms,
  affineOf,
  isInside,
  nodeOf,
  quotientParts,
  scaleForm,
  sizeNode,
  subtractForms,
  withoutTerm,
} from '../rewrite/affine.ts'
import type { Affine } from '../rewrite/affine.ts'
import { foldingAlgebra } from '../rewrite/fold.ts'
import { choiceOf, numberOf, pairOf } from '../rewrite/pattern.ts'
import { reindexed } from '../rewrite/reindex.ts'
import { inDigits } from './digits.ts'
import type { Digit } from './digits.ts'

export interface Equation {
  readonly axis: AxisName
  readonly index: Node
}

export interface Solution {
  /** Each solved axis in terms of the others; out of its range where there is no solution. */
  readonly solved: ReadonlyMap<AxisName, Node>
  /** What must hold besides. `axis` is told where the left side is its coordinate. */
  readonly conditions: readonly {
    readonly left: Node
    readonly right: Node
    readonly axis: AxisName | null
  }[]
  /** What must lie within 0 … size - 1 besides. */
  readonly inside: readonly { readonly index: Node; readonly size: Node }[]
  /** The axes that are left to sum over. */
  readonly summed: readonly AxisName[]
}

export function solve(
  graph: Graph,
  equations: readonly Equation[],
  unknown: readonly AxisName[],
): Solution {
  return new Solver(graph, equations, unknown).run()
}

/** `form` = 0. */
interface Constraint {
  form: Affine
  /** While nothing was put in for its unknowns. */
  original: Equation | null
}

class Solver {
  private readonly graph: Graph
  private readonly constraints: Constraint[]
  /** Axes and digits alike; an axis is checked by the lookup along it. */
  private readonly unknowns = new Map<Node, Digit>()
  private readonly solved = new Map<Node, Node>()
  private readonly summed = new Set<Node>()
  private readonly digits: ReadonlySet<Node>

  constructor(graph: Graph, equations: readonly Equation[], unknown: readonly AxisName[]) {
    this.graph = graph
    const sides = equations.map(({ index }) => withoutQuotient(index))
    const { forms, relations, digits } = inDigits(
      graph,
      sides.map(({ right }) => right),
      unknown,
    )
    this.constraints = equations.map((equation, i) => {
      const form = forms[i] ?? affineOf(equation.index)
      const left = affineOf(graph.coordinate(equation.axis))
      const scaled = scaleForm(left, sides[i]?.factor ?? one)
      const isAsWritten = form === sides[i]?.right
      return { form: subtractForms(scaled, form), original: isAsWritten ? equation : null }
    })
    for (const form of relations) this.constraints.push({ form, original: null })
    for (const axis of unknown) {
      const coordinate = graph.coordinate(axis)
      const extent = graph.sizes.of(axis)
      this.unknowns.set(coordinate, { coordinate, axis, extent, isChecked: false })
    }
    this.digits = new Set(digits.map(({ coordinate }) => coordinate))
    for (const digit of digits) this.unknowns.set(digit.coordinate, digit)
  }

  run(): Solution {
    while (this.solveOne() || this.giveUpOne());
    for (const node of this.unknowns.keys()) if (!this.solved.has(node)) this.summed.add(node)
    return {
      solved: new Map(
        [...this.solved]
          .filter(([node]) => !this.digits.has(node))
          .map(([node, value]) => [this.unknownOf(node).axis, value]),
      ),
      conditions: this.conditions(),
      inside: this.checks(),
      summed: [...this.summed].map((node) => this.unknownOf(node).axis),
    }
  }

  /** Solves a constraint whose unknowns can all be told, if there is one. */
  private solveOne(): boolean {
    for (const constraint of this.constraints) {
      const open = this.openTerms(constraint)
      if (open.length === 0 || this.hidden(constraint).length > 0) continue
      const values = this.inMixedRadix(constraint.form, open)
      if (values === null) continue
      for (const [node, value] of values) this.bind(node, value)
      this.constraints.splice(this.constraints.indexOf(constraint), 1)
      return true
    }
    return false
  }

  /** Leaves one unknown to be summed over, the shortest of the constraint nearest to a solution. */
  private giveUpOne(): boolean {
    const candidates = this.constraints
      .map((constraint) => ({
        open: this.openTerms(constraint),
        hidden: this.hidden(constraint),
      }))
      .filter(({ open, hidden }) => open.length + hidden.length > 0)
      .sort((a, b) => a.hidden.length - b.hidden.length || a.open.length - b.open.length)
    const [nearest] = candidates
    if (nearest === undefined) return false
    const pool = nearest.hidden.length > 0 ? nearest.hidden : nearest.open
    const [shortest] = [...pool].sort((a, b) => this.estimate(a) - this.estimate(b))
    if (shortest === undefined) return false
    this.summed.add(shortest)
    return true
  }

  private openTerms({ form }: Constraint): Node[] {
    return [...form.terms.keys()].filter((node) => this.isOpen(node))
  }

  /** Open unknowns inside of terms that are not taken apart, such as a table's entry. */
  private hidden({ form }: Constraint): Node[] {
    const others = [...form.terms.keys()].filter((node) => !this.unknowns.has(node))
    const axes = new Set(others.flatMap((node) => node.axes))
    return [...axes].map((axis) => this.graph.coordinate(axis)).filter((node) => this.isOpen(node))
  }

  private isOpen(node: Node): boolean {
    return this.unknowns.has(node) && !this.solved.has(node) && !this.summed.has(node)
  }

  private unknownOf(node: Node): Digit {
    const unknown = this.unknowns.get(node)
    if (unknown === undefined) throw new Error('not an unknown of this system')
    return unknown
  }

  /** A length for comparing: free axes count as long. */
  private estimate(node: Node): number {
    const { extent } = this.unknownOf(node)
    return evaluateSize(this.graph.sizes.resolve(extent), () => 1000)
  }

  /**
   * The unknowns as digits of one number: c₀·u₀ + c₁·u₁ + … = e where each cᵢ₊₁ is at least cᵢ times uᵢ's extent
   * (a single unknown always is). Null where they overlap.
   */
  private inMixedRadix(form: Affine, open: readonly Node[]): Map<Node, Node> | null {
    const { sizes } = this.graph
    const coefficient = (node: Node): Size => sizes.resolve(form.terms.get(node) ?? zero)
    const isNegative = open.every((node) => sizes.proveAtLeast(scaleSize(coefficient(node), -1), 0))
    const isPositive = open.every((node) => sizes.proveAtLeast(coefficient(node), 0))
    if (!isNegative && !isPositive) return null
    const step = (node: Node): Size =>
      isNegative ? scaleSize(coefficient(node), -1) : coefficient(node)
    const digits = [...open].sort((a, b) => this.roughly(step(a)) - this.roughly(step(b)))
    const [first] = digits
    if (first === undefined) return null
    const rest = open.reduce(withoutTerm, form)
    let left = this.divided(isNegative ? rest : scaleForm(rest, constantSize(-1)), step(first))
    const values = new Map<Node, Node>()
    for (const [i, digit] of digits.entries()) {
      const next = digits[i + 1]
      if (next === undefined) {
        values.set(digit, left)
        break
      }
      const radix = divideSizesExactly(step(next), step(digit))
      const { extent } = this.unknownOf(digit)
      if (radix === null) return null
      if (!sizes.proveAtLeast(subtractSizes(radix, sizes.resolve(extent)), 0)) return null
      const build = foldingAlgebra(this.graph)
      const radixNode = sizeNode(this.graph, radix)
      values.set(digit, build.op('mod', left, radixNode))
      left = build.op('floordiv', left, radixNode)
    }
    return values
  }

  private roughly(size: Size): number {
    return evaluateSize(size, () => 1000)
  }

  /** form / by where that is whole, elsewhere -1, which is outside of every axis. */
  private divided(form: Affine, by: Size): Node {
    const node = nodeOf(this.graph, form)
    if (constantOf(by) === 1) return node
    const build = foldingAlgebra(this.graph)
    const divisor = sizeNode(this.graph, by)
    return build.select(
      build.op('eq', build.op('mod', node, divisor), this.graph.constant(0, 'int')),
      build.op('floordiv', node, divisor),
      this.graph.constant(-1, 'int'),
    )
  }

  /** Puts the value in wherever the unknown stands. */
  private bind(node: Node, value: Node): void {
    this.solved.set(node, value)
    const { axis, extent } = this.unknownOf(node)
    const replacement = new Map([[axis, value]])
    const fill = isInside(this.graph, affineOf(value), extent) ? null : 0
    for (const constraint of this.constraints) {
      let form = constraint.form
      let isTouched = false
      for (const [term, factor] of constraint.form.terms) {
        if (!term.axes.includes(axis)) continue
        isTouched = true
        const put = affineOf(term === node ? value : reindexed(this.graph, term, replacement, fill))
        form = addForms(withoutTerm(form, term), scaleForm(put, factor))
      }
      if (!isTouched) continue
      constraint.form = form
      constraint.original = null
    }
  }

  private conditions(): Solution['conditions'][number][] {
    return this.constraints.flatMap(({ form, original }) => {
      if (original !== null) {
        const left = this.graph.coordinate(original.axis)
        return [{ left, right: original.index, axis: original.axis }]
      }
      const { sizes } = this.graph
      const isTrivial = form.terms.size === 0 && sizes.resolve(form.constant).terms.length === 0
      return isTrivial ? [] : [this.equality(form)]
    })
  }

  /** form = 0, with a coordinate alone on the left where it can be. */
  private equality(form: Affine): Solution['conditions'][number] {
    for (const [node, factor] of form.terms) {
      const sign = constantOf(factor)
      if (node.kind !== 'coordinate' || (sign !== 1 && sign !== -1)) continue
      const right = nodeOf(this.graph, scaleForm(withoutTerm(form, node), constantSize(-sign)))
      return { left: node, right, axis: node.axis }
    }
    const right = sizeNode(this.graph, zero)
    return { left: nodeOf(this.graph, form), right, axis: null }
  }

  private checks(): Solution['inside'][number][] {
    return [...this.solved].flatMap(([node, index]) => {
      const { extent, isChecked } = this.unknownOf(node)
      if (!isChecked) return []
      if (isInside(this.graph, affineOf(index), extent)) return []
      return [{ index, size: sizeNode(this.graph, extent) }]
    })
  }
}

/** `axis == e / c where that is whole` as c · axis == e, so that what was solved for can be solved for again. */
function withoutQuotient(index: Node): { readonly factor: Size; readonly right: Affine } {
  const plain = { factor: one, right: affineOf(index) }
  const choice = choiceOf(index)
  if (choice === null || numberOf(choice.no) !== -1) return plain
  const quotient = quotientParts(choice.yes)
  const [remainder, nothing] = pairOf(choice.condition, 'eq') ?? []
  if (quotient === null || remainder === undefined || nothing === undefined) return plain
  const parts = quotientParts(remainder)
  if (parts === null || !parts.isRemainder || quotient.isRemainder) return plain
  const isSame =
    numberOf(nothing) === 0 &&
    parts.divisor.key === quotient.divisor.key &&
    isSameForm(parts.dividend, quotient.dividend)
  return isSame ? { factor: quotient.divisor, right: quotient.dividend } : plain
}

function isSameForm(a: Affine, b: Affine): boolean {
  const difference = subtractForms(a, b)
  return difference.terms.size === 0 && difference.constant.terms.length === 0
}
