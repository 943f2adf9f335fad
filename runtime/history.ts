// What training tells of each epoch.

/** Names of losses and metrics to their values. */
export type Measures = Readonly<Record<string, number>>

export interface EpochRecord {
  /** 1, 2, … */
  readonly epoch: number
  /** The model's steps at the end of the epoch. */
  readonly step: number
  /** Losses: the mean over the epoch's batches, each before its update. Metrics: after the epoch. */
  readonly train: Measures
  /** Losses and metrics after the epoch. */
  readonly validation?: Measures
}
