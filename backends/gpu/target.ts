// What gpu.js's kernels can do, in every mode.
import type { Target } from '../../compiler/kernels/program.ts'

/**
 * One output; WebGPU's eight storage buffers leave seven inputs. A kernel may read what it writes: the device gives
 * every result memory of its own, and what was there before stays until nothing reads it.
 */
export const gpuTarget: Target = {
  name: 'gpu',
  style: 'thread',
  maximumInputs: 7,
  maximumOutputs: 1,
  inPlace: true,
  fuse: false,
}
