/** Several rehearsals as Markdown for a pull request: the verdict in each world with its cost, and why where it was none. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import type { Outcome } from "../core/release/closing.ts";
import { code, markdownTable, plain } from "./markdown.ts";
import { count, counted, duration, usd } from "./text/figures.ts";

interface Rehearsed {
  readonly name: string;
  readonly facts: RehearsalFacts;
}

interface Heading {
  readonly title: string;
  /** What the names are of. */
  readonly column: string;
}

const signs: Readonly<Partial<Record<string, string>>> = {
  promoted: "✅",
  done: "✅",
  ignored: "⚪",
  "rolled-back": "↩️",
  superseded: "↩️",
  stopped: "↩️",
  refused: "🚫",
} satisfies Partial<Record<Outcome, string>>;

/** With a line's end after the last. */
export function variantsMarkdown(all: readonly Rehearsed[], { title, column }: Heading): string {
  const broken = all.flatMap(({ facts }) => facts.violations);
  const rows = all.map(({ name, facts }) => [
    code(name),
    `${signs[facts.outcome] ?? "❌"} ${facts.outcome}`,
    duration(facts.virtualSeconds),
    facts.costUsd === null ? "not known" : usd(facts.costUsd).replace("$", "\\$"),
    `${count(facts.lockedMinutes)} of ${count(facts.budget.maxLockedMinutes)}`,
    count(facts.candidateFailedRequests),
    facts.violations.length === 0 ? "held" : `**${counted(facts.violations.length, "violation")}**`,
  ]);
  return `${[
    `### ${plain(title)}`,
    "",
    `${outcomesIn(all)}. ${broken.length === 0 ? "All invariants held." : `**Invariants were broken ${counted(broken.length, "time")}.**`}`,
    "",
    ...markdownTable(
      [column, "verdict", "takes", "raised", "locked minutes", "failed requests", "invariants"],
      rows,
    ),
    "",
    ...reasons(all),
    "Raised: what the release costs on top of the steady fleet, at indicative prices. Failed: requests that a healthy candidate would have served.",
  ].join("\n")}\n`;
}

/** `15 promoted, 6 rolled-back, 2 refused` */
function outcomesIn(all: readonly Rehearsed[]): string {
  const by = Map.groupBy(all, ({ facts }) => facts.outcome);
  return [...by].map(([outcome, some]) => `${some.length} ${outcome}`).join(", ");
}

function reasons(all: readonly Rehearsed[]): string[] {
  const told = all.flatMap(({ name, facts: { outcome, reason, violations } }) => [
    ...violations
      .slice(0, 1)
      .map(({ invariant, what }) => `- ${code(name)}: **${plain(invariant)}**: ${plain(what)}`),
    ...(outcome === "promoted" ? [] : [`- ${code(name)}: ${plain(reason)}`]),
  ]);
  return told.length === 0 ? [] : ["<details><summary>Why</summary>", "", ...told, "", "</details>", ""];
}
