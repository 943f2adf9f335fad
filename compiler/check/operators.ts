// Which row of the table an operator is.
export const sumRows = { '+': 'add', '-': 'sub' } as const
export const productRows = { '*': 'mul', '/': 'div', div: 'floordiv', '%': 'mod' } as const
export const comparisonRows = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
} as const
