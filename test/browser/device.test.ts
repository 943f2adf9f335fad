// Devices in a page: which one is taken, what lives on it, and what comes after it.
import type { Page as Tab } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeInBrowser, newTab } from './chromium.ts'
import type { Page } from './page.ts'
import { serve } from './site.ts'
import { installWatch } from './watch.ts'

declare const page: Page

const small = `
axis N, D = 3
input x: [N, D]
input y: [N]
use plane = Linear[D ->]
loss train = mse(plane(x), y)
minimize train with adam(lr = 1e-2)`

describeInBrowser('in a page', () => {
  let address = ''
  beforeAll(async () => {
    address = await serve({ sources: { small } })
  }, 120_000)

  describe('a mode is chosen', () => {
    const chosen = async (before?: () => void): Promise<{ mode: string; why: string }> => {
      const tab = await newTab(address, before)
      const { mode, why } = await tab.evaluate(() => page.choose())
      await tab.close()
      return { mode, why }
    }

    test('WebGPU, where an adapter answers that is not software', async () => {
      const pretend = (): void => {
        const { GPUAdapter } = globalThis as unknown as { GPUAdapter: { prototype: object } }
        Object.defineProperty(GPUAdapter.prototype, 'info', { value: { isFallbackAdapter: false } })
      }
      expect(await chosen(pretend)).toEqual({ mode: 'webgpu', why: 'the first that answers' })
    })

    test('WebGL2, where WebGPU is software', async () => {
      expect(await chosen()).toEqual({
        mode: 'webgl2',
        why: 'the first that answers; webgpu: only a software adapter answers',
      })
    })

    test('WebAssembly, where there is neither', async () => {
      const pretend = (): void => {
        Reflect.deleteProperty(Navigator.prototype, 'gpu')
        HTMLCanvasElement.prototype.getContext = () => null
      }
      expect(await chosen(pretend)).toEqual({
        mode: 'webasm',
        why: 'the first that answers; webgpu: this page has no navigator.gpu; webgl2: there is no WebGL2',
      })
    })
  })

  describe.each(['webgpu', 'webgl2'])('%s', (mode) => {
    let tab: Tab
    beforeAll(async () => {
      tab = await newTab(address, installWatch)
    }, 120_000)

    test('after 2000 steps no more is alive than after 200, and nothing without the model', async () => {
      const given = [mode, [200, 2000]] as const
      const [early, late, end] = await tab.evaluate((given) => page.countAlive(...given), given)
      expect(early).toBeGreaterThan(0)
      expect([late, end]).toEqual([early, 0])
    })

    test('a lost device is replaced: training goes on from what was read last', async () => {
      const given = [mode, 10, 5] as const
      const survived = await tab.evaluate((given) => page.loseDevice(...given), given)
      const { before, after, want, step, device, params, wantParams } = survived
      close(before, want.slice(0, 15))
      close(after, want.slice(10))
      expect([step, device.mode, device.lost]).toEqual([16, mode, [{ at: 15, backTo: 10 }]])
      expect(Object.keys(params)).toEqual(Object.keys(wantParams))
      for (const path of Object.keys(wantParams)) close(params[path], wantParams[path])
    })
  })

  describe('under a strict content-security policy', () => {
    const tried = async (policy: string, modes: readonly string[]): Promise<Tried> => {
      const tab = await newTab(await serve({ sources: { small }, policy }))
      const chosen = await tab.evaluate(() => page.choose())
      const found = await tab.evaluate((given) => page.tryModes(given), modes)
      await tab.close()
      return { chosen: chosen.mode, found }
    }

    test('all modes run but cpu, which makes functions of texts', async () => {
      const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
      const modes = ['webgpu', 'webgl2', 'webgl', 'webasm', 'cpu']
      const { chosen, found } = await tried(policy, modes)
      expect(chosen).toBe('webgl2')
      const { webgpu, webgl2, webgl, webasm, cpu } = found
      close([webgpu, webgl2, webgl].map(Number), [webasm, webasm, webasm].map(Number))
      expect(cpu).toContain('no mode of gpu.js can run here: cpu')
    })

    test('where it leaves out wasm-unsafe-eval, so does WebAssembly', async () => {
      const { chosen, found } = await tried("default-src 'self'", ['webasm'])
      expect(chosen).toBe('webgl2')
      expect(found['webasm']).toContain('Content Security')
    })
  })
})

interface Tried {
  readonly chosen: string
  /** By mode, a loss or an error. */
  readonly found: Readonly<Record<string, number | string>>
}

/** Numbers come from a page: a typed array has become a record. */
function close(got: object = [], want: object = []): void {
  const [g, w] = [Object.values(got), Object.values(want)] as [number[], number[]]
  expect(g.length).toBe(w.length)
  for (const [i, value] of w.entries()) expect(g[i]).toBeCloseTo(value, 4)
}
