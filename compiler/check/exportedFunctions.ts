// `export fn`: an entry of the module, whose inputs are its own.
import type { AxisName } from '../graph/node.ts'
import type { ModuleInput } from '../lower/entry.ts'
import type { Fn, Input, Parameter } from '../syntax/ast.ts'
import { callFunctions } from './functionCall.ts'
import type { Elaborated } from './fileState.ts'
import { locate, report, type Frame } from './frame.ts'
import { inputOf } from './inputs.ts'
import { layoutOf } from './layout.ts'
import type { CheckedFunction } from './program.ts'
import { Scope } from './scope.ts'
import { Site } from './site.ts'
import { asTensor } from './tensors.ts'
import { resolveType } from './types.ts'
import { isNumeric, nounOf } from './value.ts'
import type { Argument, AxisArgumentList, NamedArgumentValue, Tensor } from './value.ts'

export function functionsOf(training: Elaborated, evaluation: Elaborated): CheckedFunction[] {
  return training.functions.flatMap((fn): CheckedFunction[] => {
    const trained = resultOf(fn, training)
    const evaluated = resultOf(fn, evaluation)
    if (trained === null || evaluated === null) return []
    const { node } = trained.value
    const declared = [...trained.axes, ...training.axes.map(({ name }) => name.text)]
    return [
      {
        name: fn.name.text,
        at: locate(training.frame, fn.span),
        ...(fn.documentation === undefined ? {} : { documentation: fn.documentation }),
        value: { training: node, evaluation: evaluated.value.node },
        inputs: trained.inputs,
        layout: layoutOf(node.axes, declared),
        dataType: node.dataType,
      },
    ]
  })
}

interface Called {
  readonly value: Tensor
  readonly inputs: readonly ModuleInput[]
  readonly axes: readonly AxisName[]
}

/** Calls the function with inputs of exactly the axes that its types name; a parameter without a type is a number. */
function resultOf(fn: Fn, { frame: outer }: Elaborated): Called | null {
  const scope = new Scope(outer.scope)
  const name = fn.name.text
  const frame: Frame = { ...outer, scope, key: `export ${name}`, site: new Site(name) }
  const axes = parameterAxes(fn, frame)
  const inputs: ModuleInput[] = []
  const positional: Argument[] = []
  const named: NamedArgumentValue[] = []
  for (const parameter of fn.parameters) {
    const made = argumentOf(parameter, frame)
    if (made === null) return null
    if (made === 'fixed') continue
    inputs.push(made.input)
    const at = locate(frame, parameter.span)
    const argument = { value: made.value, at, text: made.input.name }
    if (parameter.default === undefined) positional.push(argument)
    else named.push({ ...argument, name: made.input.name, nameAt: at })
  }
  const declaration = { fn, scope: outer.scope, path: outer.path }
  const callee = { kind: 'functions', name, overloads: [declaration] } as const
  const given = { positional, named, ...(axes === null ? {} : { axes: axes.list }) }
  const value = callFunctions(callee, given, { frame, span: fn.name.span, name })
  if (value.kind === 'poison') return null
  if (!isNumeric(value)) {
    report(frame, 'result-not-number', fn.name.span, { name, noun: nounOf(value) })
    return null
  }
  return { value: asTensor(frame, value), inputs, axes: axes?.names ?? [] }
}

/** Axis parameters are axes of the call, settled by its inputs. They go by their own names where the file has none such. */
function parameterAxes(
  { axes, name }: Fn,
  frame: Frame,
): { names: readonly AxisName[]; list: AxisArgumentList } | null {
  if (axes === undefined) return null
  const { workspace, graph } = frame.elaboration
  const at = locate(frame, axes.span)
  const names: AxisName[] = []
  const entries = [...axes.before, ...axes.after].flatMap((parameter) => {
    if (parameter.kind !== 'single') {
      report(frame, 'export-axis-list', parameter.span, { name: name.text })
      return []
    }
    const { text } = parameter.name
    const isTaken = frame.scope.lookup(text) !== undefined
    const axis = isTaken ? workspace.local(`${frame.key}|${text}`, text) : text
    if (!graph.sizes.isDeclared(axis)) graph.sizes.declare(axis)
    frame.scope.declare(text, { kind: 'axis', axis, at: locate(frame, parameter.span) })
    names.push(axis)
    return [axis]
  })
  const before = entries.slice(0, axes.before.length)
  const after = entries.slice(axes.before.length)
  const single = (axis: AxisName) => ({ from: [axis], arrow: false, at })
  const list = axes.arrow
    ? [
        ...before.slice(0, -1).map(single),
        {
          arrow: true,
          at,
          ...(before.at(-1) === undefined ? {} : { from: before.slice(-1) }),
          ...(after[0] === undefined ? {} : { to: after.slice(0, 1) }),
        },
        ...after.slice(1).map(single),
      ]
    : before.map(single)
  return { names, list: { entries: list, at } }
}

/** Options that are no numbers keep their defaults: a module's inputs are numbers. */
function argumentOf(
  parameter: Parameter,
  frame: Frame,
): { input: ModuleInput; value: Tensor } | 'fixed' | null {
  const { pattern, type, default: option } = parameter
  if (pattern.kind !== 'name') {
    report(frame, 'export-tuple', parameter.span, {})
    return null
  }
  const isNumber = option === undefined || option.kind === 'number' || option.kind === 'unary'
  if (!isNumber) return 'fixed'
  const resolved =
    type === undefined
      ? { alternatives: [], axes: [], span: parameter.span }
      : resolveType(frame, type)
  if (resolved === null) return null
  const isOption = resolved.alternatives.some(({ kind }) => kind !== 'meaning')
  const plain = isOption ? { ...resolved, alternatives: [] } : resolved
  const statement: Pick<Input, 'name' | 'default' | 'documentation' | 'span'> = {
    name: pattern.name,
    span: parameter.span,
    ...(option === undefined ? {} : { default: option }),
    ...(parameter.documentation === undefined ? {} : { documentation: parameter.documentation }),
  }
  return inputOf(statement, plain, frame)
}
