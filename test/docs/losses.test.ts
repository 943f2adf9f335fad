// The page of losses has all of torch.nn and their options, and its expressions are ones.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, render } from '../../compiler/index.ts'

/** Each loss of torch.nn: the options of its own, and what the page's expressions for it are about. */
const losses: Readonly<Record<string, { readonly options: string; readonly about: string }>> = {
  L1Loss: { options: '', about: 'input a: [N] input b: [N]' },
  MSELoss: { options: '', about: 'input a: [N] input b: [N]' },
  HuberLoss: { options: 'delta', about: 'input a: [N] input b: [N] const d = 0.5' },
  SmoothL1Loss: { options: 'beta', about: 'input a: [N] input b: [N] const d = 0.5' },
  CrossEntropyLoss: {
    options: 'weight ignore_index label_smoothing',
    about: `input z: logit[N, C] input y: class(C, missing = -100)[N] input q: prob(C)[N, C]
      input w: [C] const e = 0.1`,
  },
  NLLLoss: {
    options: 'weight ignore_index',
    about: 'input lp: logprob(C)[N, C] input y: class(C, missing = -100)[N] input w: [C]',
  },
  BCELoss: { options: 'weight', about: 'input p: prob[N] input y: [N] input w: [N]' },
  BCEWithLogitsLoss: {
    options: 'weight pos_weight',
    about: 'input z: logit[N] input y: [N] input w: [N]',
  },
  KLDivLoss: {
    options: 'log_target',
    about: 'input lq: logprob[N, C] input p: [N, C] input lp: [N, C]',
  },
  PoissonNLLLoss: {
    options: 'log_input full eps',
    about: 'input x: [N] input y: [N] const e = 1e-6',
  },
  GaussianNLLLoss: {
    options: 'full eps',
    about: 'input mean: [N] input y: [N] input variance: [N] const e = 1e-6',
  },
  MarginRankingLoss: {
    options: 'margin',
    about: 'input a: [N] input b: [N] input sign: [N] const m = 0.5',
  },
  HingeEmbeddingLoss: {
    options: 'margin',
    about: 'input x: [N] input sign: [N] const m = 0.5',
  },
  SoftMarginLoss: { options: '', about: 'input x: [N] input sign: [N]' },
  MultiMarginLoss: {
    options: 'p margin weight',
    about: 'input x: [N, C] input y: class(C)[N] input w: [C] const m = 0.5',
  },
  MultiLabelMarginLoss: { options: '', about: 'input x: [N, C] input is_label: [N, C]' },
  MultiLabelSoftMarginLoss: {
    options: 'weight',
    about: 'input x: [N, C] input y: [N, C] input w: [C]',
  },
  CosineEmbeddingLoss: {
    options: 'margin',
    about: 'input a: [N, D] input b: [N, D] input sign: [N] const m = 0.5',
  },
  TripletMarginLoss: {
    options: 'margin p eps swap',
    about: `input a: [N, D] input p: [N, D] input n: [N, D]
      const m = 0.5 const q = 3 const e = 1e-6`,
  },
  TripletMarginWithDistanceLoss: {
    options: 'distance_function margin swap',
    about: `input a: [N, D] input p: [N, D] input n: [N, D] const m = 0.5
      fn f(u, v) = sum[D](abs(u - v))`,
  },
  CTCLoss: {
    options: 'blank zero_infinity',
    about: `input lp: logprob(C)[N, T, C] input y: class(C)[N, L] input i: int[N] input t: int[N]
      const k = 0`,
  },
}

const page = readFileSync(new URL('../../docs/losses.md', import.meta.url), 'utf8')
const rows = rowsOf(page.slice(page.indexOf('## Losses'), page.indexOf('## Where')))

it('has the losses of torch.nn', () => {
  expect(new Set(rows.map(({ loss }) => loss))).toEqual(new Set(Object.keys(losses)))
})

describe.each(Object.entries(losses))('%s', (name, { options, about }) => {
  const own = rows.filter(({ loss }) => loss === name)
  it('has all its options', () => {
    const told = own.map(({ option }) => option).join(' ')
    for (const option of options.split(' ')) expect(told).toContain(option)
  })
  const expressions = own
    .flatMap(({ here }) => [...here.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code))
    .filter((code) => !/^\w+: /.test(code))
  it.each(expressions)('%s', (expression) => {
    const source = `axis N, C, D, T, L\n${about}\noutput result = ${expression}`
    const errors = compile(source).diagnostics.filter(({ code }) => code !== 'unused-input')
    expect(errors.map((error) => render(error, source))).toEqual([])
  })
})

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
