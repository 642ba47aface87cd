/** The facts of an exploration out of its findings. */

import {
  edgesOf,
  engineFaults,
  type FaultKind,
  formatFault,
  lambdaFaults,
  lastingFaults,
  wireFaults,
} from "#twin/engine";
import { type Exploration, endingKinds, type Finding } from "#twin/explorer";
import definition from "../../../statemachines/release.asl.json" with { type: "json" };
import type {
  BrokenRun,
  EdgeFacts,
  ExplorationFacts,
  ExploredRun,
  FaultFacts,
} from "../../core/facts/exploration-facts.ts";
import { handKinds } from "../release/hand-calls.ts";
import { handsText } from "./hands.ts";

export interface Explored
  extends Pick<ExplorationFacts, "model" | "world" | "seed" | "runsPerSecond" | "interrupted"> {
  readonly exploration: Exploration;
  readonly endpoint: string;
  /** The command line that runs some faults again, each given as `kind=point`. */
  readonly replayOf: (faults: readonly string[]) => string;
}

export function explorationFacts({ exploration, endpoint, replayOf, ...named }: Explored): ExplorationFacts {
  const { reference, findings } = exploration;
  const told = (finding: Finding): ExploredRun => {
    const faults = finding.experiment.faults.map(formatFault);
    const hand = handsText(finding.experiment, endpoint);
    const { outcome, reason } = finding;
    return { faults, ...(hand === undefined ? {} : { hand }), outcome, reason, replay: replayOf(faults) };
  };
  const broken = (finding: Finding): BrokenRun[] =>
    finding.wrong.map((wrong) => ({ ...wrong, ...told(finding) }));
  return {
    ...named,
    reference: { outcome: reference.outcome, reason: reference.reason },
    runs: findings.length,
    byFault: byFault(findings),
    outcomes: outcomesOf(findings),
    violations: [...broken(reference), ...findings.flatMap(broken)],
    edges: edgeFacts([reference, ...findings]),
    misses: missesOf(exploration).map(told),
  };
}

function edgeFacts(findings: readonly Finding[]): EdgeFacts[] {
  const runs = new Map<string, number>();
  for (const name of findings.flatMap(({ edges }) => edges)) runs.set(name, (runs.get(name) ?? 0) + 1);
  return edgesOf(definition).map((edge) => ({ ...edge, runs: runs.get(edge.name) ?? 0 }));
}

const kinds: readonly FaultKind[] = [
  ...[...wireFaults, ...lambdaFaults, ...engineFaults],
  ...[...lastingFaults, ...handKinds],
];

/** Single faults first, each in the order in which the kinds are listed. */
function byFault(findings: readonly Finding[]): Record<string, FaultFacts> {
  const rankOf = ({ experiment: { faults } }: Finding) =>
    faults.reduce((rank, { kind }) => rank * kinds.length + kinds.indexOf(kind) + 1, 0);
  const ranked = findings.toSorted((a, b) => rankOf(a) - rankOf(b));
  return Object.fromEntries(
    [...Map.groupBy(ranked, kindsOf)].map(([name, some]) => [name, faultFacts(some)]),
  );
}

const kindsOf = ({ experiment }: Finding): string =>
  experiment.faults.map(({ kind }) => kind).join(", then ");

const faultFacts = (findings: readonly Finding[]): FaultFacts => ({
  runs: findings.length,
  outcomes: outcomesOf(findings),
  violations: findings.reduce((sum, { wrong }) => sum + wrong.length, 0),
});

/** The most frequent first. */
function outcomesOf(findings: readonly Finding[]): Record<string, number> {
  const groups = [...Map.groupBy(findings, ({ outcome }) => outcome)];
  return Object.fromEntries(
    groups
      .map(([outcome, some]): [string, number] => [outcome, some.length])
      .toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)),
  );
}

/** Faults that a release need not get over: nobody tries again for hours on end, or for long after it has ended. */
const insurmountable: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...endingKinds,
  ...(["denied", "denied-to-it", "denied-there", "invalid", "invalid-there"] as const),
  ...(["throttled-hour", "down-hour"] as const),
  ...handKinds,
]);

const successes: ReadonlySet<string> = new Set(["promoted", "done"]);

function missesOf({ reference, findings }: Exploration): Finding[] {
  if (!successes.has(reference.outcome)) return [];
  return findings.filter(
    ({ experiment: { faults }, outcome }) =>
      outcome !== reference.outcome &&
      faults.length === 1 &&
      !faults.some(({ kind }) => insurmountable.has(kind)),
  );
}
