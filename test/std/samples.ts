// Where the standard library's functions are sampled when their derivatives are checked. The declared types say most of it
// (a `prob` lies in (0, 1), a `class(C)` is a class); this table says what a type can't: where a formula's domain ends, and
// which arguments are no quantities to differentiate.

export type Sample =
  /** Reals between the two. */
  | { readonly from: number; readonly to: number }
  /** 1 or -1, or 0 or 1, given from outside and not differentiated. */
  | 'sign'
  | 'truth'
  /** Written into the program as it stands. */
  | { readonly text: string }
  /** With axes that the signature leaves open. */
  | { readonly along: readonly string[] }

const positive: Sample = { from: 0.3, to: 2 }

export const samples: Readonly<Record<string, Readonly<Record<string, Sample>>>> = {
  // The formula has p log p.
  kl_div: { p: positive },
  // Stirling's term counts above 1, and log(x + eps) needs a rate.
  poisson_nll: { x: positive, y: { from: 1.2, to: 3 } },
  gaussian_nll: { variance: positive },
  // Below the bound its derivative is x's on purpose, not that of its value.
  at_least: { x: { from: 2, to: 3 }, least: { from: 0, to: 1 } },
  inverse_erf: { y: { from: -0.8, to: 0.8 } },
  margin_ranking: { sign: 'sign' },
  hinge_embedding: { sign: 'sign' },
  soft_margin: { sign: 'sign' },
  hinge: { sign: 'sign' },
  squared_hinge: { sign: 'sign' },
  cosine_embedding: { sign: 'sign' },
  multilabel_margin: { is_label: 'truth' },
  contrastive: { same: 'truth' },
  find_partner: { temperature: positive },
  triplet_margin_with_distance: {
    a: { along: ['D'] },
    p: { along: ['D'] },
    n: { along: ['D'] },
  },
  // A row that sees nothing has no mean.
  attention: { mask: { text: 'S <= T' } },
  group_norm: { groups: { text: '2' } },
  max_pool: { size: { text: '2' } },
  avg_pool: { size: { text: '2' } },
  ctc: { input_length: { text: '4' }, target_length: { text: '2' } },
  // At most as many rows as columns can be at right angles.
  at_right_angles: { a: { text: 'sin(1 + R + 4 * M)' } },
  // A schedule's numbers are sizes of things, and its milestones a tuple.
  step_lr: { step_size: positive },
  multistep_lr: { milestones: { text: '(2, 5)' } },
  exponential_lr: { gamma: positive },
  cosine_lr: { t_max: { from: 5, to: 9 } },
  cosine_restarts: { t_0: { text: '4' } },
  warmup: { steps: { from: 5, to: 9 } },
  one_cycle: { total_steps: { text: '20' } },
  anneal: { share: { from: 0.2, to: 0.8 } },
  xavier_uniform: { fan_in: positive, fan_out: positive },
  xavier_normal: { fan_in: positive, fan_out: positive },
  kaiming_uniform: { fan_in: positive, fan_out: positive },
  kaiming_normal: { fan_in: positive, fan_out: positive },
  truncated_normal: { a: { from: -2.5, to: -1.5 }, b: { from: 1.5, to: 2.5 } },
}

/** Values of options that take another path, one program each; those of bools and of alternatives are found by themselves. */
export const variants: Readonly<Record<string, readonly string[]>> = {
  huber: ['delta = 0.5'],
  smooth_l1: ['beta = 0.3', 'beta = 0'],
  cross_entropy: ['smoothing = 0.1'],
  binary_cross_entropy_with_logits: ['pos_weight = 3'],
  focal: ['gamma = 1.5', 'alpha = 0.25'],
  multi_margin: ['p = 2', 'margin = 0.5'],
  pairwise_distance: ['p = 1', 'p = 3', 'p = inf'],
  triplet_margin: ['p_norm = 3'],
  normalize: ['p = 3'],
  attention: ['scale = 0.3'],
  max_pool: ['stride = 1, padding = 1', 'dilation = 2'],
  avg_pool: ['stride = 1, padding = 1', 'stride = 1, padding = 1, count_include_pad = false'],
  cosine_restarts: ['t_mult = 2'],
  celu: ['alpha = 2'],
  ctc: ['blank = 2'],
  quantile: ['q = 0.9'],
}
