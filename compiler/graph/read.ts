// Reads what `printGraph` wrote. The text is the compiler's own, so that a fault in it is thrown.
import { Graph } from './graph.ts'
import type { Carry, DataType, LeafNode, Node, ReductionName, ScanNode } from './node.ts'
import type { ScalarOperation } from './operation.ts'
import { parseSize } from './size.ts'

/** `rows`: the table of operations, which the graph itself does not know. */
export function readGraph(
  text: string,
  rows: readonly ScalarOperation[],
): { graph: Graph; roots: Node[] } {
  const reader = new Reader(rows)
  const lines = text.split('\n').map((line) => line.replace(/ {2}\/\/ [^"]*$/, '').trim())
  for (const line of lines) if (line !== '') reader.read(line)
  return { graph: reader.graph, roots: reader.roots }
}

const operand = String.raw`(?:%\d+|true|false|-?(?:inf|nan|[\d.]+(?:e[+-]?\d+)?))`
const list = String.raw`\((${operand}(?:, ${operand})*|)\)`

class Reader {
  readonly graph = new Graph()
  readonly roots: Node[] = []
  private readonly rows: readonly ScalarOperation[]
  private readonly nodes = new Map<string, Node>()

  constructor(rows: readonly ScalarOperation[]) {
    this.rows = rows
  }

  read(line: string): void {
    const axis = /^axis (\S+)(?: = (.+))?$/u.exec(line)
    if (axis !== null) {
      this.graph.sizes.declare(
        part(axis, 1),
        axis[2] === undefined ? undefined : parseSize(axis[2]),
      )
      return
    }
    const results = /^results ?(.*)$/.exec(line)
    if (results !== null) {
      this.roots.push(...this.list(part(results, 1)))
      return
    }
    const node = /^(%\d+) +(real|int|bool)\[([^\]]*)\] +(.+)$/u.exec(line)
    if (node === null) throw new Error(`not a line of a graph: ${line}`)
    const dataType = part(node, 2) as DataType
    const made = this.node(part(node, 4), dataType, names(part(node, 3)))
    if (made.dataType !== dataType || made.axes.join(', ') !== part(node, 3)) {
      throw new Error(`the type does not fit: ${line}`)
    }
    this.nodes.set(part(node, 1), made)
  }

  private node(text: string, dataType: DataType, axes: readonly string[]): Node {
    for (const { pattern, make } of this.forms) {
      const match = pattern.exec(text)
      if (match !== null) return make(match, dataType, axes)
    }
    return this.operation(text)
  }

  private readonly forms: readonly {
    readonly pattern: RegExp
    readonly make: (match: RegExpExecArray, dataType: DataType, axes: readonly string[]) => Node
  }[] = [
    { pattern: /^size (.+)$/u, make: (match) => this.graph.size(parseSize(part(match, 1))) },
    {
      pattern: /^vector (.+)$/,
      make: (match, dataType, [axis = '']) =>
        this.graph.vector(axis, names(part(match, 1)).map(numberOf), dataType),
    },
    {
      pattern: /^(input|parameter|state|slot|option|placeholder) (\S+|".*")\[([^\]]*)\]$/u,
      make: (match, dataType) =>
        this.graph.leaf({
          role: part(match, 1) as LeafNode['role'],
          name: unquoted(part(match, 2)),
          layout: names(part(match, 3)),
          dataType,
        }),
    },
    { pattern: /^coordinate (\S+)$/u, make: (match) => this.graph.coordinate(part(match, 1)) },
    {
      pattern: new RegExp(
        `^(sum|prod|max|min|any|all|argmax|argmin|logsumexp)\\[([^\\]]*)\\] (${operand})$`,
        'u',
      ),
      make: (match) => {
        const over = names(part(match, 2))
        return this.graph.reduce(part(match, 1) as ReductionName, over, this.of(part(match, 3)))
      },
    },
    {
      pattern: new RegExp(`^(${operand})\\[\\+([^\\]]+)\\]$`, 'u'),
      make: (match) => this.graph.spread(this.of(part(match, 1)), part(match, 2)),
    },
    {
      pattern: new RegExp(`^(${operand})\\[([^\\]]*)\\](?: else (\\S+))?$`, 'u'),
      make: (match) => {
        const indices = names(part(match, 2)).map((index) => {
          const [axis = '', at = ''] = index.split(' = ')
          return { axis, index: this.of(at) }
        })
        const fill = match[3] === undefined ? null : numberOf(match[3])
        return this.graph.take(this.of(part(match, 1)), indices, fill)
      },
    },
    {
      pattern: new RegExp(`^mark (\\d+) (${operand})$`),
      make: (match) => this.graph.mark(this.of(part(match, 2)), Number(part(match, 1))),
    },
    {
      pattern: new RegExp(`^gradient (${operand}) wrt (${operand})$`),
      make: (match) => this.graph.gradient(this.of(part(match, 1)), this.of(part(match, 2))),
    },
    {
      pattern: new RegExp(`^custom (${operand}) of ${list} derivative (%\\d+) => ${list}$`),
      make: (match) => {
        const cotangent = this.of(part(match, 3))
        if (cotangent.kind !== 'leaf') throw new Error('a cotangent is a leaf')
        const inputs = this.list(part(match, 2))
        const pullbacks = this.list(part(match, 4))
        return this.graph.custom({ value: this.of(part(match, 1)), inputs, cotangent, pullbacks })
      },
    },
    {
      pattern: /^random (\S+|".*")\[([^\]]*)\] lane ([01])$/u,
      make: (match) =>
        this.graph.random({
          site: unquoted(part(match, 1)),
          lane: part(match, 3) === '0' ? 0 : 1,
          layout: names(part(match, 2)),
        }),
    },
    {
      pattern: new RegExp(`^argsort\\[([^\\]]+)\\] (${operand})( descending)?$`, 'u'),
      make: (match) =>
        this.graph.argsort(this.of(part(match, 2)), part(match, 1), match[3] !== undefined),
    },
    {
      pattern: /^scan (every|last) (\d+) along (\S+)( reversed)? of \((.+)\)$/u,
      make: (match) => {
        const carries = this.carries(part(match, 5))
        const loop = { axis: part(match, 3), reversed: match[4] !== undefined, carries }
        return this.graph.scan(loop, Number(part(match, 2)), part(match, 1) as ScanNode['form'])
      },
    },
  ]

  private carries(text: string): Carry[] {
    return names(text).map((row) => {
      const match = new RegExp(`^(%\\d+) from (${operand}) to (${operand})$`).exec(row)
      const [, previous = '', start = '', next = ''] = match ?? []
      const leaf = this.of(previous)
      if (leaf.kind !== 'leaf') throw new Error(`a carry is a leaf: ${row}`)
      return { previous: leaf, start: this.of(start), next: this.of(next) }
    })
  }

  private operation(text: string): Node {
    const infix = new RegExp(`^(${operand}) (\\S+) (${operand})$`).exec(text)
    if (infix !== null) {
      const row = this.row(({ notation }) => notation?.infix === part(infix, 2), text)
      return this.graph.map(row, [this.of(part(infix, 1)), this.of(part(infix, 3))])
    }
    const call = new RegExp(`^([a-z_0-9]+)${list}$`).exec(text)
    if (call !== null) {
      const row = this.row(({ name }) => name === part(call, 1), text)
      return this.graph.map(row, this.list(part(call, 2)))
    }
    const prefix = new RegExp(`^(.+?)(${operand})$`).exec(text)
    const row = this.row(({ notation }) => notation?.prefix === prefix?.[1], text)
    return this.graph.map(row, [this.of(prefix?.[2] ?? '')])
  }

  private row(fits: (row: ScalarOperation) => boolean, text: string): ScalarOperation {
    const row = this.rows.find((candidate) => fits(candidate))
    if (row === undefined) throw new Error(`no such operation: ${text}`)
    return row
  }

  private list(text: string): Node[] {
    return names(text).map((name) => this.of(name))
  }

  private of(text: string): Node {
    if (!text.startsWith('%')) return this.constant(text)
    const node = this.nodes.get(text)
    if (node === undefined) throw new Error(`${text} is not defined`)
    return node
  }

  private constant(text: string): Node {
    if (text === 'true' || text === 'false')
      return this.graph.constant(Number(text === 'true'), 'bool')
    return this.graph.constant(numberOf(text), /[.ena]/.test(text) ? 'real' : 'int')
  }
}

function part(match: RegExpExecArray, i: number): string {
  const text = match[i]
  if (text === undefined) throw new Error(`a part is missing: ${match[0]}`)
  return text
}

function names(text: string): string[] {
  return text === '' ? [] : text.split(', ')
}

function numberOf(text: string): number {
  if (text === 'true' || text === 'false') return Number(text === 'true')
  if (text === 'nan') return NaN
  if (text.endsWith('inf')) return text.startsWith('-') ? -Infinity : Infinity
  return Number(text)
}

function unquoted(name: string): string {
  return name.startsWith('"') ? (JSON.parse(name) as string) : name
}
