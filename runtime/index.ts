// `lossdsl/runtime`: data, training, checkpoints and curves for any generated module. Runs in a browser as in Node;
// what touches files is in `lossdsl/runtime/node`.
export { batches, type BatchOptions, type RowBatch } from './batches.ts'
export {
  initAxes,
  loadModel,
  readCheckpoint,
  saveModel,
  type Checkpoint,
  type LoadOptions,
  type SaveOptions,
} from './checkpoint.ts'
export type { TrainingRecord } from './checkpointRecords.ts'
export { readCsv } from './csv.ts'
export { learningCurve, type CurveOptions } from './curve.ts'
export { shortestDecimal } from './decimal.ts'
export {
  examplesOf,
  rowAxisOf,
  type ExampleInput,
  type ExampleOptions,
  type Examples,
  type InputData,
  type PlainData,
} from './examples.ts'
export { CheckpointError, DataError, DivergenceError } from './fault.ts'
export { fit, type BatchProgress, type FitOptions, type FitResult } from './fit.ts'
export type { EpochRecord, Measures } from './history.ts'
export { createDevice } from './gpu/device.ts'
export type { DeviceModel, DeviceReport, Tensors } from './gpu/model.ts'
export { readIdx } from './idx.ts'
export { evaluate, predict, type MeasureOptions } from './measure.ts'
export {
  exportStateDict,
  importStateDict,
  loadStateDict,
  stateDict,
  type InterchangeOptions,
  type LoadStateDictOptions,
} from './interchange.ts'
export { readNpy, readNpz, writeNpy } from './npy.ts'
export {
  prepare,
  type InputPreparation,
  type Preparation,
  type Prepared,
  type PrepareOptions,
} from './prepare.ts'
export { split, type Split } from './random.ts'
export { decodeText, readTable } from './readTable.ts'
export { readRenaming, type Renaming } from './renaming.ts'
export {
  readSafetensors,
  writeSafetensors,
  type SafeTensor,
  type Safetensors,
} from './safetensors.ts'
export { entriesOfKind, readModel } from './signature.ts'
export type {
  AnyModel,
  AxisSignature,
  CallOptions,
  EntrySignature,
  GeneratedModule,
  InputSignature,
  Kind,
  Model,
  ModelOnDevice,
  OutputValue,
  Signature,
  TensorSignature,
} from './signature.ts'
export type { ArrayColumn, Column, Table, TextColumn } from './table.ts'
export type { Tensor } from './tensor.ts'
