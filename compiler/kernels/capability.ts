// What a computation asks of a target that cannot do it: no fault of the compiler, and none of the program.

export class CapabilityError extends Error {
  readonly target: string
  /** What is asked for, as a person would say it: `sorting`. */
  readonly capability: string

  constructor(target: string, capability: string) {
    super(`${target} has no ${capability}`)
    this.name = 'CapabilityError'
    this.target = target
    this.capability = capability
  }
}
