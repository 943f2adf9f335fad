// Faults of what the user brought: data, a checkpoint, an option. Faults of ours are other errors.

/** Data that can't be used: says which file, which row and column, and what was wanted. */
export class DataError extends Error {
  override readonly name = 'DataError'
}

/** A checkpoint that is damaged, or does not belong to the module. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError'
}

/** Training that can't go on: the loss is no number any more. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError'
}
