/** The run as a table: by area, how many mutants were seen by what, and which were not. */
import { equivalentMutants, type Result } from "./kept.ts";

export interface Figures {
  readonly tried: number;
  readonly killed: Readonly<Record<"tests" | "worlds" | "explorations", number>>;
  readonly equivalent: number;
  readonly survived: readonly string[];
  /** Of the mutants that are not equivalent. */
  readonly killedPercent: number;
  /** Of two processors, with nothing else to do. */
  readonly minutes: number;
}

export function figuresOf(results: readonly Result[]): Figures {
  const reasons = equivalentMutants();
  const alive = results.filter(({ outcome }) => outcome === "survived");
  const survived = alive.filter(({ id }) => reasons[id] === undefined).map(({ id }) => id);
  const equivalent = alive.length - survived.length;
  const by = (what: string) => results.filter((result) => result.by === what).length;
  const killed = results.length - alive.length;
  return {
    tried: results.length,
    killed: { tests: by("tests"), worlds: by("worlds"), explorations: by("explorations") },
    equivalent,
    survived,
    killedPercent: Math.round((1000 * killed) / Math.max(1, killed + survived.length)) / 10,
    minutes: Math.round(results.reduce((sum, { seconds }) => sum + seconds, 0) / 60 / 2),
  };
}

const columns = [
  "mutants",
  "tests",
  "worlds",
  "explorations",
  "survived",
  "equivalent",
  "killed %",
  "minutes",
];

export function tableOf(results: readonly Result[], of: number): string {
  const areas = [...Map.groupBy(results, ({ area }) => area)];
  const rows = [...areas, ["all", results] as const].map(([name, some]) => {
    const { tried, killed, survived, equivalent, killedPercent, minutes } = figuresOf(some);
    return [
      name,
      tried,
      killed.tests,
      killed.worlds,
      killed.explorations,
      survived.length,
      equivalent,
      killedPercent,
      minutes,
    ];
  });
  const lines = [["", ...columns], ...rows].map(([name, ...cells]) =>
    [
      String(name).padEnd(18),
      ...cells.map((cell, nth) => String(cell).padStart(columns[nth]?.length ?? 0)),
    ].join("  "),
  );
  const alive = figuresOf(results).survived;
  const told = results
    .filter(({ id }) => alive.includes(id))
    .map(({ id, line, was, is }) => `  ${id} (line ${line}): ${was} → ${is}`);
  const left = of === results.length ? [] : ["", `${of - results.length} not tried yet`];
  return [...lines, ...left, ...(told.length === 0 ? [] : ["", "survived:", ...told])].join("\n");
}
