// The catalogue as a whole: one voice.
import { expect, test } from 'vitest'
import { catalogue, diagnose } from '../../compiler/source/catalogue.ts'
import * as axes from '../../compiler/source/catalogue/axes.ts'
import * as calls from '../../compiler/source/catalogue/calls.ts'
import * as kinds from '../../compiler/source/catalogue/kinds.ts'
import * as names from '../../compiler/source/catalogue/names.ts'
import * as service from '../../compiler/source/catalogue/service.ts'
import * as syntax from '../../compiler/source/catalogue/syntax.ts'
import * as values from '../../compiler/source/catalogue/values.ts'
import { alternatives, code, count } from '../../compiler/source/words.ts'

test('no code is given twice', () => {
  const parts = [axes, calls, kinds, names, service, syntax, values].flatMap((part) =>
    Object.values(part as Record<string, object>).flatMap((entries) => Object.keys(entries)),
  )
  expect(parts.filter((part, index) => parts.indexOf(part) !== index)).toEqual([])
  expect(parts.sort()).toEqual(Object.keys(catalogue).sort())
})

test('codes are words with hyphens', () => {
  for (const found of Object.keys(catalogue)) expect(found).toMatch(/^[a-z]+(-[a-z]+)*$/)
})

test('a diagnostic has what its entry says', () => {
  const at = { path: 'model.lossdsl', span: { start: 4, end: 8 } }
  expect(diagnose('reserved-name', at, { word: 'loss' })).toEqual({
    ...at,
    code: 'reserved-name',
    severity: 'error',
    message: "`loss` is a word of the language and can't be a name",
    hint: 'choose another name, such as `loss_`',
    labels: [],
  })
  expect(diagnose('semicolon', at, {})).not.toHaveProperty('hint')
})

test('words', () => {
  expect(alternatives(['a'])).toBe('a')
  expect(alternatives(['a', 'b', 'c'])).toBe('a, b or c')
  expect(alternatives(['a', 'b'], 'and')).toBe('a and b')
  expect([count(1, 'axis', 'axes'), count(2, 'axis', 'axes'), count(0, 'input')]).toEqual([
    '1 axis',
    '2 axes',
    '0 inputs',
  ])
  expect(code('x')).toBe('`x`')
  expect(code('x'.repeat(1000)).length).toBeLessThan(70)
})
