// Symbolic sizes: whole numbers made of axes' lengths. Their arithmetic is in sizeAlgebra.ts, their text in sizeText.ts.
export {
  addSizes,
  axesOfSize,
  axisSize,
  constantOf,
  constantSize,
  divideSizesExactly,
  evaluateSize,
  floorDivideSizes,
  moduloSizes,
  multiplySizes,
  one,
  scaleSize,
  substituteSizes,
  subtractSizes,
  sumOfSizes,
  zero,
} from './sizeAlgebra.ts'
export type { Atom, Size, Term } from './sizeAlgebra.ts'
export { axisText, parseSize, sizeText } from './sizeText.ts'
