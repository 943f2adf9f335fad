// Kernels are compiled once for a text and its sizes, and do not pile up.
import { expect, test } from 'vitest'
import { KernelCache } from '../../runtime/gpu/kernelCache.ts'

interface Kernel {
  readonly name: string
  destroy(): void
}

function made(): {
  readonly find: (name: string, sizes: string) => Kernel
  readonly gone: string[]
  readonly cache: KernelCache<Kernel>
} {
  const gone: string[] = []
  const cache = new KernelCache<Kernel>(512)
  const find = (source: string, sizes: string): Kernel => {
    const name = `${source} ${sizes}`
    return cache.find(source, sizes, () => ({ name, destroy: () => gone.push(name) })).kernel
  }
  return { find, gone, cache }
}

test('one kernel for a text and its sizes', () => {
  const { find, cache } = made()
  const first = find('a', '1')
  expect(find('a', '1')).toBe(first)
  expect(find('a', '2').name).toBe('a 2')
  expect(find('b', '1').name).toBe('b 1')
  expect(cache.all().map(({ name }) => name)).toEqual(['a 1', 'a 2', 'b 1'])
})

test('those used longest ago are destroyed, and compiled anew when they are wanted', () => {
  const { find, gone, cache } = made()
  const first = find('a', '0')
  for (let k = 1; k < 600; k++) {
    find('a', String(k))
    find('a', '0')
  }
  expect(find('a', '0')).toBe(first)
  expect(gone).toContain('a 1')
  expect(gone).not.toContain('a 0')
  expect(gone).not.toContain('a 599')
  expect(cache.all().length + gone.length).toBe(600)
  expect(cache.all().length).toBeLessThanOrEqual(512)
  expect(find('a', '1').name).toBe('a 1')
})
