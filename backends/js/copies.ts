// Copies of a block share tensors (see ModuleTensor), which generated code has whole, and users know one by one.
import { constantOf } from '../../compiler/graph/size.ts'
import type { ModulePlan, ModuleTensor } from '../../compiler/lower/entry.ts'

/** What is said of a tensor, with how many copies each `*` of its path stands for. */
export type Counted<Row> = Row & { readonly counts?: readonly number[] }

export function counted<Row extends object>(
  row: Row,
  tensor: ModuleTensor | undefined,
  { copyAxes }: Pick<ModulePlan, 'copyAxes'>,
): Counted<Row> {
  if (tensor?.copies === undefined) return row
  const counts = tensor.copies.map((axis) => {
    const size = copyAxes.find(({ name }) => name === axis)?.size
    const count = size === undefined ? null : constantOf(size)
    if (count === null) throw new Error(`${tensor.path} has copies without number`)
    return count
  })
  return { ...row, counts }
}

/** For each copy its own, in the order in which they lie. The part `spellOut` of the runtime does the same. */
export function spelledOut<Row extends { readonly path: string }>({
  counts = [],
  ...row
}: Counted<Row>): (Omit<Row, 'counts'> & { readonly path: string })[] {
  const paths = counts.reduce<string[]>(
    (all, count) => all.flatMap((path) => numbered(path, count)),
    [row.path],
  )
  return paths.map((path) => ({ ...row, path }))
}

function numbered(path: string, count: number): string[] {
  return Array.from({ length: count }, (_, copy) => path.replace('*', String(copy)))
}
