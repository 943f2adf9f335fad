// How outcomes are told: a table of counts, row by row or whole, and the failures as a list.
import { tallyOf, type Outcome } from './harness.ts'

export function table(outcomes: readonly Outcome[]): string {
  const groups = new Map<string, Outcome[]>()
  for (const outcome of outcomes) {
    const key = `${outcome.topic} ${outcome.precision}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [outcome])
    else group.push(outcome)
  }
  const rows = [...groups].map(([key, group]) => tableRow(key, group))
  return [tableHeader(), ...rows, tableRow('all', outcomes)].join('\n')
}

/** One line a failing case; its first reason unless all are wanted. */
export function failureList(outcomes: readonly Outcome[], all = false): string {
  return outcomes
    .filter(({ verdict }) => verdict === 'failed')
    .map(({ name, failures }) => {
      const reasons = all ? failures : failures.slice(0, 1)
      return `${name}\n${reasons.map((reason) => `    ${shorten(reason, all)}`).join('\n')}`
    })
    .join('\n')
}

export function tableHeader(): string {
  return `${'topic'.padEnd(28)}${['works', 'of', 'fails', 'quirks', 'skipped'].map((word) => word.padStart(8)).join('')}`
}

export function tableRow(key: string, outcomes: readonly Outcome[]): string {
  const { passed, failed, quirks, skipped } = tallyOf(outcomes)
  const counts = [passed, outcomes.length, failed, quirks, skipped]
  return `${key.padEnd(28)}${counts.map((count) => String(count).padStart(8)).join('')}`
}

function shorten(reason: string, all: boolean): string {
  return all || reason.length <= 200 ? reason : `${reason.slice(0, 200)}…`
}
