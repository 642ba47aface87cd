/**
 * Makes the deployed state machine definition runnable here: function references become ARNs, and whatever the
 * interpreter would silently run otherwise than AWS is refused by name.
 */
import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import type { AslDefinition, AslState } from "./asl.ts";
import { undecidable } from "./edges.ts";

/** The part of the interpreter that is used; its package's own types do not resolve where nothing else is installed. */
export interface Interpreter {
  run(input: unknown, options: InterpreterOptions): InterpreterRun;
}
interface InterpreterOptions {
  readonly overrides: {
    readonly taskResourceLocalHandlers: Record<string, (input: unknown) => Promise<unknown>>;
  };
  readonly context: Record<string, unknown>;
}
export interface InterpreterRun {
  readonly eventLogs: AsyncGenerator<unknown>;
  readonly result: Promise<unknown>;
  abort(): void;
}

/** A definition that can be run; the machine's own time-out is apart, since the interpreter's is not AWS's. */
export interface RunnableDefinition {
  readonly interpreter: Interpreter;
  /** As it was given, with ARNs for references. */
  readonly definition: AslDefinition;
  readonly timeoutSeconds: number | undefined;
  /** ARN and time-out of the function behind each Task state. */
  readonly tasks: Readonly<Record<string, { readonly functionArn: string; readonly timeoutSeconds: number }>>;
}

/** 2³¹ − 1 ms, what a timer can wait. */
const longestSeconds = 2_147_483;
const stateTypes = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail"];
const durations = ["TimeoutSeconds", "Seconds", "IntervalSeconds", "MaxDelaySeconds"];

const prepared = new WeakMap<AslDefinition, RunnableDefinition>();

/**
 * Throws one Error that lists every field this engine cannot run as AWS would, or what makes the definition
 * invalid. Validation takes longer than many a run, so each definition is read once.
 */
export function prepareDefinition(
  definition: AslDefinition,
  region: string,
  account: string,
): RunnableDefinition {
  let runnable = prepared.get(definition);
  if (runnable === undefined) {
    runnable = prepare(definition, region, account);
    prepared.set(definition, runnable);
  }
  return runnable;
}

function prepare(definition: AslDefinition, region: string, account: string): RunnableDefinition {
  const problems: string[] = [];
  const tasks: Record<string, { functionArn: string; timeoutSeconds: number }> = {};
  const states: Record<string, AslState> = {};
  if (definition.QueryLanguage === "JSONata")
    problems.push("QueryLanguage: expected JSONPath, found JSONata");
  for (const [name, state] of Object.entries(definition.States)) {
    problems.push(...problemsOf(name, state));
    states[name] = state;
    if (state.Type !== "Task") continue;
    const functionArn = arnOf(state.Resource, region, account);
    if (functionArn === undefined) {
      problems.push(`${name}.Resource: expected a Lambda function, found ${JSON.stringify(state.Resource)}`);
      continue;
    }
    tasks[name] = { functionArn, timeoutSeconds: Number(state.TimeoutSeconds) };
    states[name] = { ...state, Resource: functionArn };
  }
  if (problems.length > 0)
    throw new Error(`this state machine cannot be rehearsed:\n  ${problems.join("\n  ")}`);
  const { TimeoutSeconds: timeoutSeconds, ...rest } = definition;
  const machine = new StateMachine({ ...rest, States: states } as unknown as StateMachineDefinition);
  const interpreter: Interpreter = { run: (input, options) => machine.run(input as never, options as never) };
  return { interpreter, definition: { ...definition, States: states }, timeoutSeconds, tasks };
}

/** `{"Fn::GetAtt": ["charge", "Arn"]}`, or the ARN of a function. */
function arnOf(resource: unknown, region: string, account: string): string | undefined {
  if (typeof resource === "string")
    return /^arn:aws[a-z-]*:lambda:[^:]+:\d+:function:[^:]+$/.test(resource) ? resource : undefined;
  const reference = (resource as { "Fn::GetAtt"?: unknown } | null)?.["Fn::GetAtt"];
  if (!Array.isArray(reference) || reference.length !== 2 || reference[1] !== "Arn") return undefined;
  return `arn:aws:lambda:${region}:${account}:function:${String(reference[0])}`;
}

function problemsOf(name: string, state: AslState): string[] {
  const problems: string[] = [];
  if (!stateTypes.includes(state.Type)) problems.push(`${name}.Type: ${state.Type} is not modelled`);
  if (state.QueryLanguage === "JSONata")
    problems.push(`${name}.QueryLanguage: expected JSONPath, found JSONata`);
  for (const field of ["HeartbeatSeconds", "HeartbeatSecondsPath", "TimeoutSecondsPath", "Assign"])
    if (field in state) problems.push(`${name}.${field}: not modelled`);
  if (state.Type === "Task" && typeof state.TimeoutSeconds !== "number")
    problems.push(`${name}.TimeoutSeconds: expected a number of seconds, found none`);
  for (const next of undecidable(state))
    problems.push(`${name}.Choices: two edges lead to ${next}, and which was walked cannot be told`);
  for (const { path, value } of leaves(state, name)) problems.push(...problemOf(path, value));
  return problems;
}

/** What is wrong with one field's value. */
function problemOf(path: string, value: unknown): string[] {
  if (durations.includes(path.split(".").at(-1) ?? "") && Number(value) > longestSeconds)
    return [`${path}: expected at most ${longestSeconds} seconds, found ${value}`];
  if (path.endsWith(".ResultPath") && value === "$")
    return [`${path}: "$" is what its absence means, and the interpreter takes it otherwise`];
  if (typeof value === "string" && /\$\$\.(State|Task|Map)\b/.test(value))
    return [`${path}: only $$.Execution and $$.StateMachine are modelled, found ${value}`];
  return [];
}

function* leaves(value: unknown, path: string): Generator<{ path: string; value: unknown }> {
  if (typeof value !== "object" || value === null) yield { path, value };
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${key}`);
}
