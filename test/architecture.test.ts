// The arrows of docs/ARCHITECTURE.md: what each folder may import. A new folder has to say where it stands.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Folder → the folders and files it may import from, besides itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  'compiler/source': [],
  'compiler/syntax': ['compiler/source'],
  'compiler/graph': ['compiler/source'],
  'compiler/ops': ['compiler/graph'],
  'compiler/rewrite': ['compiler/ops', 'compiler/graph', 'compiler/source'],
  'compiler/derive': ['compiler/rewrite', 'compiler/ops', 'compiler/graph', 'compiler/source'],
  'compiler/check': [
    'compiler/syntax',
    'compiler/ops',
    'compiler/graph',
    'compiler/source',
    'compiler/lower/entry.ts',
  ],
  'compiler/lower': [
    'compiler/check',
    'compiler/derive',
    'compiler/rewrite',
    'compiler/ops',
    'compiler/graph',
    'compiler/source',
  ],
  'compiler/kernels': [
    'compiler/ops',
    'compiler/graph',
    'compiler/source',
    'compiler/lower/entry.ts',
  ],
  backends: [
    'compiler/kernels',
    'compiler/ops',
    'compiler/graph',
    'compiler/lower/entry.ts',
    'compiler/source',
  ],
  runtime: [],
  cli: ['compiler', 'backends', 'runtime', 'std'],
}

/** Packages are guests: each is invited into one place and known only there. */
const guests: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ['compiler/syntax'],
  prettier: ['compiler/syntax', 'cli'],
  commander: ['cli'],
  picocolors: ['cli'],
  papaparse: ['runtime'],
  fflate: ['runtime'],
}

interface Import {
  readonly file: string
  readonly target: string
}

const imports = ['compiler', 'backends', 'runtime', 'cli'].flatMap(importsUnder)

describe('relative imports', () => {
  it.each(Object.entries(arrows))('%s imports only what lies before it', (folder, allowed) => {
    const wrong = imports
      .filter(({ file, target }) => isUnder(file, folder) && target.includes('/'))
      .filter(({ target }) => !isPackage(target))
      .filter(({ target }) => ![folder, ...allowed].some((place) => isUnder(target, place)))
    expect(wrong).toEqual([])
  })

  it('lets the pipeline and the package’s face alone see everything', () => {
    const folders = new Set(
      imports.filter(({ file }) => file.startsWith('compiler/')).map(({ file }) => dirname(file)),
    )
    const known = [...Object.keys(arrows), 'compiler']
    expect([...folders].filter((folder) => !known.some((place) => isUnder(folder, place)))).toEqual(
      [],
    )
  })

  it('keeps the backends apart, but for gpu, whose modules are those of js with a device before their loops', () => {
    const backendOf = (file: string) => file.split('/')[1]
    const wrong = imports.filter(
      ({ file, target }) =>
        isUnder(file, 'backends') &&
        isUnder(target, 'backends') &&
        backendOf(file) !== backendOf(target) &&
        !(backendOf(file) === 'gpu' && backendOf(target) === 'js'),
    )
    expect(wrong).toEqual([])
  })
})

describe('packages', () => {
  it('are known only where they are invited', () => {
    const wrong = imports
      .filter(({ target }) => isPackage(target) && !target.startsWith('package:node:'))
      .filter(({ file, target }) => {
        const name = target.slice('package:'.length).split('/')[0] ?? ''
        return !(guests[name] ?? []).some((place) => isUnder(file, place))
      })
    expect(wrong).toEqual([])
  })

  it('of Node stay out of what runs in a browser', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        target.startsWith('package:node:') &&
        (isUnder(file, 'compiler') || isUnder(file, 'backends')),
    )
    expect(wrong).toEqual([])
  })
})

function importsUnder(folder: string): Import[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => importsOf(join(folder, name)))
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const statement = /^(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?'([^']+)'|\bimport\('([^']+)'\)/gm
  return [...text.matchAll(statement)].map(([, from, dynamic]) => {
    const path = from ?? dynamic ?? ''
    const target = path.startsWith('.')
      ? relative(root, join(root, dirname(file), path))
      : `package:${path}`
    return { file, target }
  })
}

function isPackage(target: string): boolean {
  return target.startsWith('package:')
}

function isUnder(file: string, place: string): boolean {
  return file === place || file.startsWith(`${place}/`)
}
