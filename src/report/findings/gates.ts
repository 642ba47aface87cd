/**
 * What the gates of a release answered last, for programs that a pipeline shows it with: one that does not pass is an
 * error that says what is to be done; one that a person has waived, or that was never asked, is warned of.
 */
import { printable } from "../../core/input/bad-input.ts";
import type { GateRow } from "../view/gate-rows.ts";
import type { Finding, Findings } from "./findings.ts";

/** By somebody's word. */
const isLetPast = ({ status }: GateRow): boolean => status === "waived" || status === "overridden";

export interface GatesTold {
  /** Those that the plan asks for. */
  readonly gates: readonly string[];
  readonly rows: readonly GateRow[];
  /** How the release ended, or that it has not. */
  readonly outcome: string;
}

export function gateFindings(file: string, { gates, rows, outcome }: GatesTold): Findings {
  const answers = gates.map((gate) => ({ gate, row: rows.find((each) => each.gate === gate) }));
  const findings = answers.flatMap(({ gate, row }): Finding[] => {
    const about = { file, where: gate, isGates: true } as const;
    if (row === undefined) {
      const message = `gate ${gate} was not asked: ${printable(outcome)}`;
      return [{ ...about, level: "warning", message }];
    }
    if (row.status === "pass") return [];
    const { course, expected, found, todo } = row;
    const message = `gate ${gate}: ${course}; expected ${expected}; found ${found}; to do: ${todo}`;
    return [{ ...about, level: isLetPast(row) ? "warning" : "error", message }];
  });
  const passed = answers.flatMap(({ gate, row }) => (row?.status === "pass" ? [gate] : []));
  return { file, findings, passed };
}
