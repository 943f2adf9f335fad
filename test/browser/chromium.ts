// Debian's Chromium, or the one at $CHROMIUM, driven by playwright-core. Without one, tests in browsers are skipped, except in CI.
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, describe } from 'vitest'

const { CHROMIUM, CI } = process.env
const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
const executable = CHROMIUM ?? places.find((place) => existsSync(place)) ?? ''
const isThere = existsSync(executable)
const remedy = 'Install it (Debian: chromium and libvulkan1), or set CHROMIUM to its path.'

const isSkipped = !isThere && !CI
if (isSkipped) console.warn(`Tests in a browser are skipped: there is no Chromium. ${remedy}`)

export const describeInBrowser = describe.skipIf(isSkipped)

/** For a machine without a graphics card, and without a way out: Vulkan by software, nobody called at home. */
const flags = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let launched: Promise<Browser> | undefined

/** One browser for a file's tests. */
function browser(): Promise<Browser> {
  if (!isThere) throw new Error(`there is no Chromium. ${remedy}`)
  launched ??= chromium.launch({ executablePath: executable, args: flags })
  return launched
}

/** A page of its own, where `before` runs before the page's script. */
export async function newTab(address: string, before?: () => void): Promise<Page> {
  const tab = await (await browser()).newPage()
  if (before !== undefined) await tab.addInitScript(before)
  await tab.goto(address)
  return tab
}

afterAll(async () => (await launched)?.close())
