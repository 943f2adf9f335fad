// The page of losses has all of torch.nn and their options, those that the functions have, and its expressions are ones.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compile, render } from '../../compiler/index.ts'
import { readStd } from '../../scripts/stdReference.ts'

interface Loss {
  /** Those of torch.nn, but for the reductions. */
  readonly options: string
  readonly fn: string
  /** Declares what the page's expressions use. */
  readonly about: string
}
const losses: Readonly<Record<string, Loss>> = {
  L1Loss: { options: '', fn: 'absolute_error', about: 'input a: [N] input b: [N]' },
  MSELoss: { options: '', fn: 'squared_error', about: 'input a: [N] input b: [N]' },
  HuberLoss: { options: 'delta', fn: 'huber', about: 'input a: [N] input b: [N] const d = 0.5' },
  SmoothL1Loss: {
    options: 'beta',
    fn: 'smooth_l1',
    about: 'input a: [N] input b: [N] const d = 0.5',
  },
  CrossEntropyLoss: {
    options: 'weight ignore_index label_smoothing',
    fn: 'cross_entropy',
    about: `input z: logit[N, C] input y: class(C, missing = -100)[N] input q: prob(C)[N, C]
      input w: [C] const e = 0.1`,
  },
  NLLLoss: {
    options: 'weight ignore_index',
    fn: 'nll',
    about: 'input lp: logprob(C)[N, C] input y: class(C, missing = -100)[N] input w: [C]',
  },
  BCELoss: {
    options: 'weight',
    fn: 'binary_cross_entropy',
    about: 'input p: prob[N] input y: [N] input w: [N]',
  },
  BCEWithLogitsLoss: {
    options: 'weight pos_weight',
    fn: 'binary_cross_entropy_with_logits',
    about: 'input z: logit[N] input y: [N] input w: [N]',
  },
  KLDivLoss: {
    options: 'log_target',
    fn: 'kl_div',
    about: 'input lq: logprob[N, C] input p: [N, C] input lp: [N, C]',
  },
  PoissonNLLLoss: {
    options: 'log_input full eps',
    fn: 'poisson_nll',
    about: 'input x: [N] input y: [N] const e = 1e-6',
  },
  GaussianNLLLoss: {
    options: 'full eps',
    fn: 'gaussian_nll',
    about: 'input mean: [N] input y: [N] input variance: [N] const e = 1e-6',
  },
  MarginRankingLoss: {
    options: 'margin',
    fn: 'margin_ranking',
    about: 'input a: [N] input b: [N] input sign: [N] const m = 0.5',
  },
  HingeEmbeddingLoss: {
    options: 'margin',
    fn: 'hinge_embedding',
    about: 'input x: [N] input sign: [N] const m = 0.5',
  },
  SoftMarginLoss: { options: '', fn: 'soft_margin', about: 'input x: [N] input sign: [N]' },
  MultiMarginLoss: {
    options: 'p margin weight',
    fn: 'multi_margin',
    about: 'input x: [N, C] input y: class(C)[N] input w: [C] const m = 0.5',
  },
  MultiLabelMarginLoss: {
    options: '',
    fn: 'multilabel_margin',
    about: 'input x: [N, C] input is_label: [N, C]',
  },
  MultiLabelSoftMarginLoss: {
    options: 'weight',
    fn: 'multilabel_soft_margin',
    about: 'input x: [N, C] input y: [N, C] input w: [C]',
  },
  CosineEmbeddingLoss: {
    options: 'margin',
    fn: 'cosine_embedding',
    about: 'input a: [N, D] input b: [N, D] input sign: [N] const m = 0.5',
  },
  TripletMarginLoss: {
    options: 'margin p eps swap',
    fn: 'triplet_margin',
    about: `input a: [N, D] input p: [N, D] input n: [N, D]
      const m = 0.5 const q = 3 const e = 1e-6`,
  },
  TripletMarginWithDistanceLoss: {
    options: 'distance_function margin swap',
    fn: 'triplet_margin_with_distance',
    about: `input a: [N, D] input p: [N, D] input n: [N, D] const m = 0.5
      fn f(u, v) = sum[D](abs(u - v))`,
  },
  CTCLoss: {
    options: 'blank zero_infinity',
    fn: 'ctc',
    about: `input lp: logprob(C)[N, T, C] input y: class(C)[N, L] input i: int[N] input t: int[N]
      const k = 0`,
  },
}

const page = readFileSync(new URL('../../docs/losses.md', import.meta.url), 'utf8')
const functions = readStd(fileURLToPath(new URL('../../std', import.meta.url)))
  .flatMap(({ definitions }) => definitions)
  .filter((definition) => definition.kind === 'fn')
const rows = rowsOf(page.slice(page.indexOf('## Losses'), page.indexOf('## Where')))

it('has the losses of torch.nn', () => {
  expect(new Set(rows.map(({ loss }) => loss))).toEqual(new Set(Object.keys(losses)))
})

describe.each(Object.entries(losses))('%s', (name, { options, fn, about }) => {
  const own = rows.filter(({ loss }) => loss === name)
  it('has its options', () => {
    const told = own
      .flatMap(({ option }) => namesIn(option, /(\w+)=/g))
      .filter((option) => option !== 'reduction')
    expect(new Set(told)).toEqual(new Set(options.match(/\w+/g)))
  })
  const expressions = own
    .flatMap(({ here }) => [...here.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))
    .filter((code) => !/^\w+: /.test(code))
  it(`has the options of ${fn}`, () => {
    const called = expressions.filter((expression) => namesIn(expression, /(\w+)/g).includes(fn))
    const given = called.flatMap((expression) => namesIn(expression, /(\w+) = /g))
    const taken = functions
      .filter((each) => each.name.text === fn)
      .flatMap(({ parameters }) => parameters)
      .filter((parameter) => parameter.default !== undefined)
      .flatMap(({ pattern }) => (pattern.kind === 'name' ? [pattern.name.text] : []))
    expect(called).not.toEqual([])
    expect(new Set(given)).toEqual(new Set(taken))
  })
  it.each(expressions)('%s', (expression) => {
    const source = `axis N, C, D, T, L\n${about}\noutput result = ${expression}`
    const errors = compile(source).diagnostics.filter(({ code }) => code !== 'unused-input')
    expect(errors.map((error) => render(error, source))).toEqual([])
  })
})

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name)
}

/** The rows of a table, with the loss of the row that names it. */
function rowsOf(text: string) {
  let loss = ''
  return text
    .split('\n')
    .filter((line) => /^\| (?!torch\.nn|-)/.test(line))
    .map((line) => {
      const [, name = '', option = '', here = ''] = line.split('|').map((cell) => cell.trim())
      if (name !== '') loss = name.replaceAll('`', '')
      return { loss, option, here }
    })
}
