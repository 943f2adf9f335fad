// Runs in a page before its own script: counts what is alive on devices, and takes devices away.

export interface Watch {
  /** Buffers of WebGPU and textures of WebGL that nobody has freed. */
  alive(): number
  /** The device or context that was used last. */
  loseDevice(): void
}

/** Stands alone: its text is sent to the page. */
export function installWatch(): void {
  const alive = new Set<unknown>()
  let loseDevice = (): void => {
    throw new Error('there is no device')
  }

  /** Of a class that the page has: its method, and what is to follow a call of it. */
  const follow = (
    name: string,
    method: string,
    then: (owner: object, result: unknown, given: unknown) => void,
  ): void => {
    const { prototype } = Reflect.get(globalThis, name) as { prototype: object }
    const original = Reflect.get(prototype, method) as (...given: unknown[]) => unknown
    Reflect.set(prototype, method, function (this: object, ...given: unknown[]) {
      const result = original.apply(this, given)
      then(this, result, given[0])
      return result
    })
  }

  follow('GPUDevice', 'createBuffer', (device, buffer) => {
    alive.add(buffer)
    loseDevice = () => (device as { destroy(): void }).destroy()
  })
  follow('GPUBuffer', 'destroy', (buffer) => alive.delete(buffer))
  follow('WebGL2RenderingContext', 'createTexture', (context, texture) => {
    alive.add(texture)
    loseDevice = () => {
      const gl = context as WebGL2RenderingContext
      gl.getExtension('WEBGL_lose_context')?.loseContext()
    }
  })
  follow('WebGL2RenderingContext', 'deleteTexture', (_, __, texture) => alive.delete(texture))

  const watch: Watch = { alive: () => alive.size, loseDevice: () => loseDevice() }
  Object.assign(globalThis, { watch })
}
