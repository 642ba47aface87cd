/** A picture of the state machine: its steps, what leads from one to another, and where each goes when it fails. */

interface Rule {
  readonly Variable?: string;
  readonly StringEquals?: string;
  readonly And?: readonly Omit<Rule, "Next">[];
  readonly IsPresent?: boolean;
  readonly Next: string;
}
interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
}
export interface PicturedState {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly Rule[];
  readonly Catch?: readonly Catcher[];
  readonly ItemProcessor?: { readonly States: States };
}
type States = Readonly<Record<string, PicturedState>>;

interface Leading {
  readonly to: string;
  readonly because: readonly string[];
}
interface Edge extends Leading {
  readonly from: string;
}

/** The page as Markdown, with Mermaid's flowchart in it. */
export function pictured(states: States): string {
  const shown = Object.entries(states).filter(([name]) => !isPassed(name, states));
  const edges = shown.flatMap(([name]) => edgesFrom(name, states));
  return [
    "# The state machine",
    "",
    "Made from `statemachines/release.asl.yml` by `npm run machine`. A box is a step, the file of its name in `functions/`; an",
    "arrow says what its answer has to be. Waits before a step is asked again are arrows to itself. The ends are round; a step in double",
    "lines is run several times at once (a Map).",
    "",
    "```mermaid",
    "flowchart TD",
    ...shown.map(([name, state]) => `  ${name}${shapes[state.Type]?.(name, state) ?? `([${name}])`}`),
    ...merged(edges).map(arrow),
    "```",
    "",
    "Where a step leads that fails for good, once what passes has been tried again:",
    "",
    "| Step | Error | Next |",
    "| --- | --- | --- |",
    ...shown
      .flatMap(withinIt)
      .flatMap(([name, { Catch = [] }]) =>
        Catch.map(
          ({ ErrorEquals, Next }) => `| ${name} | ${ErrorEquals.map(errorText).join(", ")} | ${Next} |`,
        ),
      ),
    "",
  ].join("\n");
}

const shapes: Readonly<Record<string, (name: string, state: PicturedState) => string>> = {
  Task: (name) => `[${name}]`,
  Choice: (name) => `{${name}}`,
  Map: (_, state) => `[[${tasksIn(state).join(", ")}, several at once]]`,
};

const tasksIn = ({ ItemProcessor: { States = {} } = { States: {} } }: PicturedState): string[] =>
  Object.keys(States).filter((name) => States[name]?.Type === "Task");

/** A state, and those that a Map runs for each item. */
const withinIt = ([name, state]: [string, PicturedState]): [string, PicturedState][] => [
  [name, state],
  ...Object.entries(state.ItemProcessor?.States ?? {}),
];

/** What is no place of its own in the picture: an arrow goes through a wait, and a choice that one state leads to. */
function isPassed(name: string, states: States): boolean {
  const Type = states[name]?.Type;
  if (Type !== "Choice") return Type === "Wait";
  const leading = Object.values(states).filter(({ Next, Default, Choices = [] }) =>
    [Next, Default, ...Choices.map((rule) => rule.Next)].includes(name),
  );
  return leading.length === 1;
}

const errorText = (error: string): string => (error === "States.ALL" ? "anything else" : `\`${error}\``);

function edgesFrom(name: string, states: States): Edge[] {
  return onwards(states[name], states).map((edge) => ({ ...edge, from: name }));
}

/** What an answer has to be: its word, and what else has to be there, as `warm with loadTest`. */
function wordsOf({ Variable = "", StringEquals, IsPresent, And = [] }: Omit<Rule, "Next">): string {
  if (IsPresent === true) return Variable.split(".").at(-1) ?? "";
  return StringEquals ?? And.map(wordsOf).join(" with ");
}

/** The places that a state leads to, and what has to be so for each. */
function onwards({ Next, Default, Choices = [] }: Partial<PicturedState> = {}, states: States): Leading[] {
  const rules = [
    ...(Next === undefined ? [] : [{ to: Next, because: [] }]),
    ...Choices.map((rule) => ({ to: rule.Next, because: [wordsOf(rule)] })),
    ...(Default === undefined ? [] : [{ to: Default, because: ["otherwise"] }]),
  ];
  return rules.flatMap(({ to, because }) =>
    isPassed(to, states)
      ? onwards(states[to], states).map((edge) => ({ ...edge, because: [...because, ...edge.because] }))
      : [{ to, because }],
  );
}

/** One arrow for all that leads from one place to another. */
function merged(edges: readonly Edge[]): Edge[] {
  const groups = Map.groupBy(edges, ({ from, to }) => `${from} ${to}`);
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, because: [...new Set([first, ...others].flatMap(({ because }) => because))] }],
  );
}

const arrow = ({ from, to, because }: Edge): string =>
  because.length === 0 ? `  ${from} --> ${to}` : `  ${from} -->|${because.join(", ")}| ${to}`;
