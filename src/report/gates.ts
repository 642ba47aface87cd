/** Which gates a plan asks for, and what each supports, as a table of its page. */
import type { GateOutlook } from "../core/gates/gate-outlook.ts";
import { printable } from "../core/input/bad-input.ts";
import { margin, type Page } from "./summary/page.ts";
import { duration } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

/** Short, where controls.yml has the whole name. */
const names = {
  gdpr: "GDPR",
  hipaa: "HIPAA",
  soc2: "SOC 2",
  iso42001: "ISO 42001",
  euAiAct: "AI Act",
} as const;

/** No lines where it asks for none. */
export function gateTable(outlook: GateOutlook | undefined, { width, paint }: Page): string[] {
  if (outlook === undefined) return [];
  const { gates, deadlineMinutes, passesKept } = outlook;
  const waived = gates.some(({ waiver }) => waiver !== undefined) ? [{ head: "waived" }] : [];
  const columns = [{ head: "gate" }, { head: "supports" }, ...waived];
  const rows = gates.map(({ gate, supports, waiver }) => [
    gate,
    supports.map(({ framework, clauses }) => `${names[framework]} ${clauses.join(", ")}`).join("; "),
    ...waived.map(() =>
      waiver === undefined ? "" : `by ${printable(waiver.by)} until ${printable(waiver.until)}`,
    ),
  ]);
  const kept = passesKept ? "What is no worse than what serves passes. " : "";
  const note = `Asked before the first change, where one that does not pass refuses the release, and before each share, where it holds the stage for ${duration(deadlineMinutes * 60)} at most; nothing that leads back asks them. ${kept}That a gate passes supports a control and shows no more than that: what it does not show is in controls.yml and --json.`;
  return [
    ...table(columns, rows, { width: width - margin.length, head: paint.dim }).map((line) => margin + line),
    ...wrap(note, width - margin.length).map((line) => paint.dim(margin + line)),
  ];
}
