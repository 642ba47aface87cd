/** What of a Map state this engine runs as AWS does, and what it refuses by name. */
import { type AslDefinition, type AslState, longestSeconds, processorOf } from "./asl.ts";

/** Fields of a distributed Map, deprecated ones, and what was not needed yet. */
const notModelled = [
  "ItemReader",
  "ItemBatcher",
  "ResultWriter",
  "ToleratedFailureCount",
  "ToleratedFailureCountPath",
  "ToleratedFailurePercentage",
  "ToleratedFailurePercentagePath",
  "Label",
  "Items",
  "MaxConcurrencyPath",
  "Parameters",
  "Iterator",
];

/** A path into the context, but for what is the same for a strand as for its execution. */
const ofTheExecution = /\$\$\.(?!Execution\.(Id|Name)\b|StateMachine\b)/;

export function mapProblems(definition: Pick<AslDefinition, "States">): string[] {
  return Object.entries(definition.States).flatMap(([name, state]) =>
    state.Type === "Map" ? problemsOf(name, state) : [],
  );
}

function problemsOf(name: string, state: AslState): string[] {
  const problems = notModelled
    .filter((field) => field in state)
    .map((field) => `${name}.${field}: not modelled`);
  const processor = processorOf(state);
  if (processor === undefined) return [...problems, `${name}.ItemProcessor: expected one, found none`];
  const { ProcessorConfig: { Mode = "INLINE" } = {} } = processor as { ProcessorConfig?: { Mode?: string } };
  if (Mode !== "INLINE")
    problems.push(`${name}.ItemProcessor.ProcessorConfig.Mode: expected INLINE, found ${Mode}`);
  if (anyOf(state, "States.TaskFailed"))
    problems.push(`${name}: whether States.TaskFailed takes what fails in a Map is not modelled`);
  for (const [key, value] of Object.entries((state.ItemSelector ?? {}) as Readonly<Record<string, unknown>>))
    if (
      /"\$\$\.Execution\.(Input|StartTime|RoleArn)|"\$\$\.Execution"|"\$\$"/.test(JSON.stringify({ value }))
    )
      problems.push(`${name}.ItemSelector.${key}: of $$.Execution only Id and Name are modelled in a Map`);
  for (const [inner, one] of Object.entries(processor.States)) problems.push(...innerProblems(inner, one));
  return problems;
}

function innerProblems(name: string, state: AslState): string[] {
  const problems: string[] = [];
  if (state.Type === "Map") problems.push(`${name}.Type: a Map within a Map is not modelled`);
  if (state.Type === "Fail" && typeof state.Error !== "string")
    problems.push(`${name}.Error: expected the name by which the Map fails, found none`);
  if (ofTheExecution.test(JSON.stringify(state)))
    problems.push(
      `${name}: within a Map only Id and Name of $$.Execution, and $$.StateMachine, are modelled; what an item needs else is its ItemSelector's to say`,
    );
  return problems;
}

const anyOf = (state: AslState, error: string): boolean =>
  [state.Retry, state.Catch].some((some) => JSON.stringify(some ?? []).includes(`"${error}"`));

/** What a Map asks of its input, each as a state that answers it. */
export function queries({ ItemsPath, ItemSelector }: AslState): {
  readonly itemsPath: AslState | undefined;
  readonly itemSelector: AslState | undefined;
} {
  return {
    itemsPath: ItemsPath === undefined ? undefined : { Type: "Pass", InputPath: ItemsPath, End: true },
    itemSelector:
      ItemSelector === undefined ? undefined : { Type: "Pass", Parameters: ItemSelector, End: true },
  };
}

/** Any function will do: the task is run here. A Map has no time-out of its own. */
const mapTask = {
  Resource: "arn:aws:lambda:eu-west-1:123456789012:function:map",
  TimeoutSeconds: longestSeconds,
};

/** A Map as the interpreter is to run it: a task, with all that is not about items. */
export function asTask(state: AslState): AslState {
  if (state.Type !== "Map") return state;
  const { ItemProcessor: _, ItemsPath: __, ItemSelector: ___, MaxConcurrency: ____, ...rest } = state;
  return { ...rest, ...mapTask, Type: "Task" };
}
