// Where rows are sampled in tests.
interface Sample {
  readonly from: number
  readonly to: number
  readonly whole?: boolean
}

export const around: Sample = { from: -3, to: 3 }
export const positive: Sample = { from: 0.1, to: 4 }
export const unit: Sample = { from: -0.9, to: 0.9 }
export const bit: Sample = { from: 0, to: 1, whole: true }
