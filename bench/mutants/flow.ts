/** Operators on the flow: what a slip in statemachines/release.asl.json would be. */
import type { Edit } from "./mutant.ts";

interface Rule {
  readonly Next: string;
  readonly [key: string]: unknown;
}
interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly TimeoutSeconds?: number;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[]; readonly MaxAttempts: number }[];
  readonly Catch?: readonly (Rule & { readonly ErrorEquals: readonly string[] })[];
  readonly Choices?: readonly Rule[];
}
interface Flow {
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, State>>;
}

type Changed = readonly (readonly [operator: string, state: State | undefined])[];

/** Where a step's failures and results may lead by mistake. */
const ways = ["RollBack", "ScaleDown", "CloseRelease"];
const others = (next: string): string[] => ways.filter((way) => way !== next);
const replaced = <T>(list: readonly T[], nth: number, by: readonly T[]): T[] =>
  list.flatMap((one, other) => (other === nth ? by : [one]));
const without = <T extends object>(of: T, key: keyof T): T => {
  const { [key]: _, ...rest } = of;
  return rest as T;
};

function changesOf(state: State): Changed {
  const { Retry = [], Catch = [], Choices = [], Default, TimeoutSeconds } = state;
  const retried = (nth: number, by: object) => ({
    ...state,
    Retry: replaced(Retry, nth, [{ ...Retry[nth], ...by } as never]),
  });
  return [
    ...Catch.flatMap((one, nth) => [
      ["catch-dropped", { ...state, Catch: replaced(Catch, nth, []) }] as const,
      ...others(one.Next).map(
        (Next) => ["catch-target", { ...state, Catch: replaced(Catch, nth, [{ ...one, Next }]) }] as const,
      ),
    ]),
    ...(Retry.length > 0 ? ([["retry-dropped", without(state, "Retry")]] as const) : []),
    ...Retry.flatMap(({ ErrorEquals }, nth) => [
      ["max-attempts", retried(nth, { MaxAttempts: 1 })] as const,
      ...ErrorEquals.map(
        (_, error) =>
          ["error-dropped", retried(nth, { ErrorEquals: replaced(ErrorEquals, error, []) })] as const,
      ),
    ]),
    ...Choices.flatMap((one, nth) => [
      ["rule-dropped", { ...state, Choices: replaced(Choices, nth, []) }] as const,
      ...(Default === undefined || Default === one.Next
        ? []
        : ([
            ["rule-target", { ...state, Choices: replaced(Choices, nth, [{ ...one, Next: Default }]) }],
          ] as const)),
    ]),
    ...(Default === undefined || Choices[0] === undefined
      ? []
      : ([["default-target", { ...state, Default: Choices[0].Next }]] as const)),
    ...(TimeoutSeconds === undefined
      ? []
      : ([["time-out-dropped", without(state, "TimeoutSeconds")]] as const)),
  ];
}

/** Each as an edit of the state's own lines. */
export function flowEditsOf(text: string): Edit[] {
  const flow = JSON.parse(text) as Flow;
  const top = /^ {2}"TimeoutSeconds": \d+,\n/m.exec(text);
  const machine =
    top === null
      ? []
      : [{ operator: "machine-time-out", start: top.index, end: top.index + top[0].length, text: "" }];
  return [
    ...machine,
    ...Object.entries(flow.States).flatMap(([name, state]) => {
      const start = text.indexOf(`\n    "${name}": {`) + 1;
      const end = text.indexOf("\n    }", start) + "\n    }".length;
      return changesOf(state).map(([operator, by]) => ({
        operator,
        start,
        end,
        text: `    ${JSON.stringify(name)}: ${JSON.stringify(by)}`,
      }));
    }),
  ];
}
