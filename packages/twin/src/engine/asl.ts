/** A state machine's definition as it is deployed, in the Amazon States Language; what this engine reads of it. */

export interface AslState {
  readonly Type: string;
  readonly [field: string]: unknown;
}

export interface AslDefinition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, AslState>>;
  readonly TimeoutSeconds?: number;
  readonly [field: string]: unknown;
}

/** 2³¹ − 1 ms, what a timer can wait. */
export const longestSeconds = 2_147_483;

/** What a Map runs for each of its items. */
export type ItemProcessor = Pick<AslDefinition, "StartAt" | "States">;

export const processorOf = ({ ItemProcessor: processor }: AslState): ItemProcessor | undefined =>
  processor as ItemProcessor | undefined;

/** Every state by its name, each Map's own after it. */
export const allStates = ({ States }: Pick<AslDefinition, "States">): [string, AslState][] =>
  Object.entries(States).flatMap(([name, state]): [string, AslState][] => {
    const processor = processorOf(state);
    return [[name, state], ...(processor === undefined ? [] : allStates(processor))];
  });
