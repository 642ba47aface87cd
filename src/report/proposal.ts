/** A proposal to a plan as a person reads it, on a terminal or in a pull request. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import type { ProposedBy, ProposedChange, Steady } from "../core/proposing/changes.ts";
import type { Proposal } from "../core/proposing/proposal.ts";
import type { Page } from "./summary/page.ts";
import { counted, percent } from "./text/figures.ts";
import { wrap } from "./text/layout.ts";

/** The same world with the plan as it is, and as it is proposed. */
export interface RehearsedBoth {
  readonly world: string;
  readonly before: RehearsalFacts;
  readonly after: RehearsalFacts;
}

export interface Proposed {
  /** The plan's file. */
  readonly file: string;
  readonly model: string;
  readonly proposal: Proposal;
  /** Unified, of the plan's file. */
  readonly diff: string;
  readonly rehearsed: readonly RehearsedBoth[];
}

/** What `slipway propose --json` prints. */
export interface ProposalTold {
  /** The plan's file. */
  readonly file: string;
  readonly model: string;
  /** Why nothing is proposed; null where something is. */
  readonly quiet: string | null;
  readonly proposal: Proposal | null;
  /** Unified, of the plan's file; empty where nothing is proposed. */
  readonly diff: string;
  /** How a release of the plan ends as it is, and as it is proposed. */
  readonly worlds: readonly {
    readonly world: string;
    readonly before: RehearsalFacts["outcome"];
    readonly after: RehearsalFacts["outcome"];
    readonly isWorse: boolean;
  }[];
}

export const worldsTold = (rehearsed: readonly RehearsedBoth[]): ProposalTold["worlds"] =>
  rehearsed.map((both) => ({
    world: both.world,
    before: both.before.outcome,
    after: both.after.outcome,
    isWorse: isWorse(both),
  }));

/** Whether it would go worse in any world: what went through does not, or an invariant is broken. */
export const isWorse = ({ before, after }: RehearsedBoth): boolean =>
  after.violations.length > 0 || (before.outcome === "promoted" && after.outcome !== "promoted");

export function proposalPage(proposed: Proposed, { width, paint }: Page): string[] {
  const { proposal, diff, file } = proposed;
  const line = (text: string, indent: string) =>
    wrap(text, width - indent.length).map((each) => indent + each);
  return [
    paint.bold(titleOf(proposed)),
    "",
    ...proposal.changes.flatMap((change) => [
      `  ${paint.bold(placeText(change))}`,
      ...sentencesOf(change).flatMap((each) => line(each, "    ")),
    ]),
    "",
    ...line(togetherText(proposal), "  "),
    ...proposal.notes.flatMap((note) => line(sentence(note), "  ")),
    ...line(rehearsedText(proposed.rehearsed), "  "),
    "",
    ...diff
      .trimEnd()
      .split("\n")
      .map((each) => coloured(each, paint)),
    "",
    ...line(howTo(file), "").map((each) => paint.dim(each)),
  ];
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const coloured = (text: string, paint: Page["paint"]): string =>
  text.startsWith("+") ? paint.green(text) : text.startsWith("-") ? paint.red(text) : text;

/** For a pull request. */
export function proposalMarkdown(proposed: Proposed): string {
  const { proposal, diff, rehearsed, file } = proposed;
  const { before, after } = proposal;
  return [
    `# ${titleOf(proposed)}`,
    togetherText(proposal),
    table(
      ["", "now", "proposed"],
      [
        ["instances", `${before.instances}`, `${after.instances}`],
        ["a month", moneyText(before), moneyText(after)],
        ["risk of too little in 28 days", percent(100 * before.risk), percent(100 * after.risk)],
      ],
    ),
    "## What, and why",
    table(
      ["change", "why", "evidence", "alone: a month", "alone: risk"],
      proposal.changes.map((change) => [
        `\`${placeText(change)}\``,
        change.why,
        change.evidence === undefined ? "follows from the others" : evidenceText(change.evidence),
        change.alone === undefined ? "" : moneyText(change.alone),
        change.alone === undefined ? "" : percent(100 * change.alone.risk),
      ]),
    ),
    ...proposal.notes.map(sentence),
    `\`\`\`diff\n${diff}\`\`\``,
    "## Rehearsed",
    rehearsedText(rehearsed),
    table(
      ["world", "now", "proposed"],
      rehearsed.map(({ world, before: was, after: is }) => [world, outcomeText(was), outcomeText(is)]),
    ),
    `## To decline`,
    howTo(file),
  ].join("\n\n");
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

const titleOf = ({ model, proposal: { before, after } }: Proposed): string =>
  after.instances > before.instances
    ? `${model}: ${after.instances - before.instances} more instances, since ${before.instances} may be too few`
    : after.instances < before.instances
      ? `${model}: ${counted(before.instances - after.instances, "instance")} less`
      : `${model}: numbers that releases have shown to be others`;

const placeText = ({ path, from, to }: ProposedChange): string => `${path.join(".")}: ${from} → ${to}`;

function sentencesOf({ why, evidence, alone }: ProposedChange): string[] {
  return [
    `${why}.`,
    ...(evidence === undefined ? [] : [`By ${evidenceText(evidence)}.`]),
    ...(alone === undefined
      ? []
      : [`Alone: ${moneyText(alone)} a month, a risk of too little of ${percent(100 * alone.risk)}.`]),
  ];
}

function evidenceText({ of, unit, records, posterior }: ProposedBy): string {
  const { n, median, low, high } = posterior;
  const figure = (value: number) => `${Number(value.toPrecision(3))}`;
  return `${of}: n = ${n} of ${records}, median ${figure(median)} ${unit} (95 %: ${figure(low)} – ${figure(high)})`;
}

const moneyText = ({ usdPerMonth }: Steady): string =>
  usdPerMonth === null ? "not known" : `$${usdPerMonth.toLocaleString("en-US")}`;

function togetherText({ before, after, evidence }: Proposal): string {
  const risk = ({ risk: chance }: Steady) => percent(100 * chance);
  return `Together: ${before.instances} → ${counted(after.instances, "instance")}, ${moneyText(before)} → ${moneyText(after)} a month; the risk that in 28 days more is asked for than they serve in time goes from ${risk(before)} to ${risk(after)}. Evidence: ${evidence} (releases and weeks).`;
}

function rehearsedText(all: readonly RehearsedBoth[]): string {
  const promoted = (which: "before" | "after") =>
    all.filter((one) => one[which].outcome === "promoted").length;
  const violations = all.reduce((sum, { after }) => sum + after.violations.length, 0);
  const others = all.filter(({ before, after }) => before.outcome !== after.outcome);
  const different = others.map(
    ({ world, before, after }) => `${world}: ${before.outcome} → ${after.outcome}`,
  );
  return `Rehearsed in ${counted(all.length, "world")}: promoted in ${promoted("after")}, and in ${promoted("before")} with the plan as it is; ${counted(violations, "invariant")} broken.${different.length === 0 ? " Each ends as with the plan as it is." : ` ${different.join(", ")}.`}`;
}

const outcomeText = ({ outcome, costUsd }: RehearsalFacts): string =>
  `${outcome}${costUsd === null ? "" : `, $${costUsd.toFixed(2)}`}`;

const howTo = (file: string): string =>
  `git apply takes the difference. slipway propose ${file} --decline --reason "…" has the one by which the plan says no: nothing is proposed then until twice as much is known.`;
