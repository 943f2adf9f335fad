// Whether a device is gone: driver reset, card unplugged, page in the background for long. WebGL's context says so itself, a
// WebGPU device by a promise.

/** What gpu.js calls a kernel's context: WebGL's own, or its record of a WebGPU device. */
export interface Context {
  isContextLost?(): boolean
  readonly isLost?: boolean
  readonly device?: { readonly lost: Promise<unknown> }
}

export function isLost(context: Context | null): boolean {
  return context?.isLost ?? context?.isContextLost?.() ?? false
}

/** To be asked after a failure: of that we may hear before we hear of its reason. */
export async function hasBeenLost(context: Context | null): Promise<boolean> {
  if (isLost(context)) return true
  const lost = context?.device?.lost
  if (lost === undefined) return false
  const notSoon = new Promise<boolean>((settle) => void setTimeout(() => settle(false), 50))
  return Promise.race([lost.then(() => true), notSoon])
}
