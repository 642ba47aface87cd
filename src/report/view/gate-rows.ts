/** What the gates of a release answered: before its first change and before each share, each gate once, with what it found last. */
import type { GateAnswer } from "../../core/gates/gate-answer.ts";
import { printable } from "../../core/input/bad-input.ts";
import type { GatesAsked } from "../../core/release/journal.ts";
import type { ReleaseTold } from "./told.ts";

export interface GateRow {
  readonly gate: string;
  /** The last answer. */
  readonly status: GateAnswer["status"];
  /** `pass`, or each answer that was another than the one before, with when. */
  readonly course: string;
  readonly found: string;
  readonly expected: string;
  /** Empty where nothing is to be done. */
  readonly todo: string;
}

/** None where the plan asks for no gates, or none was asked. */
export function gateRows({ journal, plan }: Pick<ReleaseTold, "journal" | "plan">): GateRow[] {
  const looks = journal.flatMap((entry) => (entry.kind === "gates" ? [entry] : []));
  const gates = [...new Set(looks.flatMap(({ answers }) => answers.map(({ gate }) => gate)))];
  return gates.map((gate) => {
    const given = looks.flatMap((look) =>
      look.answers.filter((answer) => answer.gate === gate).map((answer) => ({ look, answer })),
    );
    const changes = given.filter(
      ({ answer }, nth) => statusText(answer) !== statusText(given[nth - 1]?.answer),
    );
    const answer = given.at(-1)?.answer;
    return {
      gate,
      status: answer?.status ?? "unknown",
      course: changes.map(({ look, answer: at }) => `${statusText(at)} ${when(look, plan)}`).join(", "),
      found: printable(answer?.found ?? ""),
      expected: printable(answer?.expected ?? ""),
      todo: printable(answer?.todo ?? ""),
    };
  });
}

function statusText(answer: GateAnswer | undefined): string {
  if (answer === undefined) return "";
  if (answer.isKept) return "pass, no worse than what serves,";
  const { waiver } = answer;
  if (answer.status === "waived") return `waived by ${printable(waiver?.by ?? "")} until ${waiver?.until}`;
  if (answer.status === "overridden") {
    const { by = "", until } = answer.override ?? {};
    return `overridden by ${printable(by)} until ${until}`;
  }
  return answer.isExpired ? `${answer.status}, its waiver over,` : answer.status;
}

function when({ stage }: GatesAsked, plan: ReleaseTold["plan"]): string {
  if (stage === undefined) return "before the first change";
  const percent = plan?.rollout.stages[stage]?.trafficPercent ?? 100;
  return `before ${percent} %`;
}
