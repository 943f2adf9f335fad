// Mistakes in the call of `compile`, as plain JavaScript makes them.
import { expect, test } from 'vitest'
import { compile } from '../../compiler/index.ts'

const source = 'axis N\ninput x: [N]\noutput y = 2 * x'

test.each([
  [undefined, {}, 'compile: the source is a string, and undefined is given'],
  [source, null, 'compile: the options are an object, and null is given'],
  [source, 'f64', "compile: the options are an object, and 'f64' is given"],
  [
    source,
    { precision: 'f16' },
    "compile: the option precision is 'f32' or 'f64', and 'f16' is given",
  ],
  [
    source,
    { emit: 'kernel' },
    "compile: the option emit is 'ast', 'graph', 'gradient', 'kernels' or 'code', and 'kernel' is given; is 'kernels' meant?",
  ],
  [
    source,
    { backend: 'x' },
    "compile: the option backend is 'js', 'wasm' or 'gpu', and 'x' is given",
  ],
  [source, { precison: 'f64' }, 'compile: there is no option precison; is precision meant?'],
  [
    source,
    { optimise: true },
    'compile: there is no option optimise; there are path, backend, precision, axes, weights, entries, read, loopFrom, fuse, emit',
  ],
  [source, { entries: 'y' }, "compile: the option entries is an array of names, and 'y' is given"],
  [
    source,
    { loopFrom: 0 },
    'compile: the option loopFrom is a whole number from 1, or Infinity, and 0 is given',
  ],
  [source, { fuse: 0 }, 'compile: the option fuse is true or false, and 0 is given'],
])('compile(%j, %j)', (text, options, message) => {
  expect(() => Reflect.apply(compile, undefined, [text, options])).toThrow(new TypeError(message))
})

test('an option that is undefined is left out', () => {
  const { diagnostics } = Reflect.apply(compile, undefined, [source, { precision: undefined }])
  expect(diagnostics).toEqual([])
})
