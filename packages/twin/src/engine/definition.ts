/**
 * Makes the deployed state machine definition runnable here: function references become ARNs, and whatever the
 * interpreter would silently run otherwise than AWS is refused by name.
 */
import { StateMachine, type StateMachineDefinition } from "aws-local-stepfunctions";
import { type AslDefinition, type AslState, allStates, longestSeconds, processorOf } from "./asl.ts";
import { undecidable } from "./edges.ts";
import { asTask, mapProblems, queries } from "./map-definition.ts";

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
  readonly maps: Readonly<Record<string, RunnableMap>>;
  /** All of them, those that a Map runs for each item among them. */
  readonly states: Readonly<Record<string, AslState>>;
}

/** What a Map asks of a document: the interpreter answers it. */
export type Query = (document: unknown, context: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface RunnableMap {
  /** The states of one item. */
  readonly processor: Interpreter;
  /** Absent: the items are the Map's own input. */
  readonly itemsPath: Query | undefined;
  /** Absent: a strand is given its item. */
  readonly itemSelector: Query | undefined;
  /** 0: as many as may be. */
  readonly maxConcurrency: number;
}

const stateTypes = ["Task", "Pass", "Choice", "Wait", "Succeed", "Fail", "Map"];
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

function prepare(given: AslDefinition, region: string, account: string): RunnableDefinition {
  const problems: string[] = [];
  const tasks: Record<string, { functionArn: string; timeoutSeconds: number }> = {};
  if (given.QueryLanguage === "JSONata") problems.push("QueryLanguage: expected JSONPath, found JSONata");
  const addressed = (states: AslDefinition["States"]): AslDefinition["States"] =>
    Object.fromEntries(
      Object.entries(states).map(([name, state]): [string, AslState] => {
        const processor = processorOf(state);
        if (processor !== undefined)
          return [name, { ...state, ItemProcessor: { ...processor, States: addressed(processor.States) } }];
        if (state.Type !== "Task") return [name, state];
        const functionArn = arnOf(state.Resource, region, account);
        if (functionArn === undefined) {
          const found = JSON.stringify(state.Resource);
          problems.push(`${name}.Resource: expected a Lambda function, found ${found}`);
          return [name, state];
        }
        tasks[name] = { functionArn, timeoutSeconds: Number(state.TimeoutSeconds) };
        return [name, { ...state, Resource: functionArn }];
      }),
    );
  const definition = { ...given, States: addressed(given.States) };
  const all = allStates(definition);
  for (const [name, state] of all) problems.push(...problemsOf(name, state));
  const names = all.map(([name]) => name);
  for (const name of new Set(names.filter((each, nth) => names.indexOf(each) !== nth)))
    problems.push(`${name}: expected one state of that name, found several`);
  problems.push(...mapProblems(definition));
  if (problems.length > 0)
    throw new Error(`this state machine cannot be rehearsed:\n  ${problems.join("\n  ")}`);
  const { TimeoutSeconds: timeoutSeconds, ...rest } = definition;
  // Validated as it is; then Maps are tasks to the interpreter, which are run here.
  new StateMachine(rest as unknown as StateMachineDefinition);
  const maps = Object.fromEntries(
    all.flatMap(([name, state]) => (state.Type === "Map" ? [[name, runnableMap(state)]] : [])),
  );
  const interpreter = interpreterOf(definition);
  return { interpreter, definition, timeoutSeconds, tasks, maps, states: Object.fromEntries(all) };
}

function interpreterOf({ StartAt, States }: Pick<AslDefinition, "StartAt" | "States">): Interpreter {
  const states = Object.fromEntries(Object.entries(States).map(([name, state]) => [name, asTask(state)]));
  const machine = new StateMachine(
    { StartAt, States: states } as unknown as StateMachineDefinition,
    {
      validationOptions: { noValidate: true },
    } as never,
  );
  return { run: (input, options) => machine.run(input as never, options as never) };
}

function runnableMap(state: AslState): RunnableMap {
  const { itemsPath, itemSelector } = queries(state);
  const query = (pass: AslState | undefined): Query | undefined => {
    if (pass === undefined) return undefined;
    const machine = interpreterOf({ StartAt: "Query", States: { Query: pass } });
    return (document, context) =>
      machine.run(document, { overrides: { taskResourceLocalHandlers: {} }, context }).result;
  };
  return {
    processor: interpreterOf(processorOf(state) ?? { StartAt: "", States: {} }),
    itemsPath: query(itemsPath),
    itemSelector: query(itemSelector),
    maxConcurrency: Number(state.MaxConcurrency ?? 0),
  };
}

/** `{"Fn::GetAtt": ["charge", "Arn"]}`, or the ARN of a function. */
function arnOf(resource: unknown, region: string, account: string): string | undefined {
  if (typeof resource === "string")
    return /^arn:aws[a-z-]*:lambda:[^:]+:\d+:function:[^:]+$/.test(resource) ? resource : undefined;
  const reference = (resource as { "Fn::GetAtt"?: unknown } | null)?.["Fn::GetAtt"];
  if (!Array.isArray(reference) || reference.length !== 2 || reference[1] !== "Arn") return undefined;
  return `arn:aws:lambda:${region}:${account}:function:${String(reference[0])}`;
}

function problemsOf(name: string, whole: AslState): string[] {
  const problems: string[] = [];
  // A Map's own states are looked at by themselves.
  const { ItemProcessor: _, ...state } = whole;
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
  const isItem = path.split(".")[1] === "ItemSelector";
  if (typeof value === "string" && (isItem ? /\$\$\.(State|Task)\b/ : /\$\$\.(State|Task|Map)\b/).test(value))
    return [`${path}: only $$.Execution and $$.StateMachine are modelled, found ${value}`];
  return [];
}

function* leaves(value: unknown, path: string): Generator<{ path: string; value: unknown }> {
  if (typeof value !== "object" || value === null) yield { path, value };
  else for (const [key, inner] of Object.entries(value)) yield* leaves(inner, `${path}.${key}`);
}
