/** The facts of a rehearsal out of its record: what the command prints, complete and in stable keys. */
import { rehearsedDeployment } from "../../core/deployment.ts";
import type { RehearsalFacts, ViolationFacts } from "../../core/facts/rehearsal-facts.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { type Outcome, outcomes } from "../../core/release/closing.ts";
import type { Planning } from "../../core/release/release.ts";
import { invariantNames } from "../invariants/checker.ts";
import type { InvariantFindings } from "../invariants/invariants.ts";
import type { Kept } from "../kept.ts";
import { followedOn } from "../release/followed.ts";
import { releasedFirst } from "../release/released.ts";
import type { RehearsalRequest } from "../release/request.ts";
import type { RunRecord } from "../release/run-record.ts";
import { spent } from "./expenses.ts";
import { candidateRequests } from "./failed-requests.ts";
import { faultsOf } from "./faults.ts";
import { nodesOf } from "./nodes.ts";
import { poolOf } from "./pool.ts";
import { stagesOf } from "./stages.ts";

/** `worldName` is what the world is called in the facts. The record must hold the findings of the invariants. */
export function factsOf(request: RehearsalRequest, worldName: string, record: RunRecord): RehearsalFacts {
  const { world: spec } = request;
  const plan = releasedFirst(request);
  const findings = record.findings.invariants as InvariantFindings;
  const steady = Object.keys(record.before.endpoints[plan.endpoint.name]?.variants ?? {});
  const isCandidate = (variant: string) => !steady.includes(variant);
  const timeline = ofRelease(record, plan);
  const { requests, failed } = candidateRequests({ timeline, spec, isCandidate });
  const nodes = nodesOf(record);
  const pool = poolOf(record, `${rehearsedDeployment.stack}-`);
  const { seed, startedAt, virtualSeconds, transitions, lambdaInvocations, awsCalls } = record;
  return {
    ...endOf(record),
    ...releaseOf(record, plan.model),
    world: { name: worldName, description: spec.description },
    seed,
    startedAt,
    virtualSeconds,
    lockedMinutes: rounded(findings.figures.lockedMinutes, 2),
    transitions,
    lambdaInvocations,
    awsCalls,
    candidateFailedRequests: failed,
    candidateRequests: requests,
    ...lateInSpike(record, timeline.length),
    ...adjustmentsOf(record, plan.endpoint.name),
    ...spent(record, findings, plan),
    budget: { usdPerRelease: plan.budget.usdPerRelease, maxLockedMinutes: plan.budget.maxLockedMinutes },
    ...(pool !== undefined && { pool }),
    ...(nodes !== undefined && { nodes }),
    stages: stagesOf(plan, record, isCandidate),
    timeline,
    ...keptOf(record),
    faults: faultsOf(spec, record),
    ...promises(findings, startedAt),
    executions: executionsOf(record),
    ...(record.beside !== undefined && {
      beside: record.beside.map((one) => ({ ...one, executions: executionsOf(one) })),
    }),
    alarms: record.alarms,
    edges: record.edges,
    notModelled: record.refusals,
    undelivered: record.undelivered,
    dropped: record.dropped,
    before: record.before,
    after: record.after,
  };
}

/** Once the release is over, nothing but such a spike is sent beside users' requests. */
function lateInSpike({ timeline }: RunRecord, from: number): Pick<RehearsalFacts, "usersLateInSpike"> {
  const seen = timeline
    .slice(from)
    .flatMap(({ variants }) => Object.values(variants).flatMap(({ usersLate }) => usersLate ?? []));
  return seen.length === 0 ? {} : { usersLateInSpike: seen.reduce((sum, each) => sum + each, 0) };
}

function adjustmentsOf({ findings }: RunRecord, endpoint: string): Pick<RehearsalFacts, "adjustments"> {
  const all = (findings.kept as Kept).minima.flatMap(({ at, from, to, why, adjusted, ...of }) =>
    adjusted === undefined || of.endpoint !== endpoint
      ? []
      : [{ at, from, to, outcome: adjusted.outcome, why }],
  );
  return all.length === 0 ? {} : { adjustments: all };
}

/** Days in which nothing but its quality, a spike at low hours or its fleet's minimum is waited for are no part of the release. */
const ofRelease = ({ timeline, virtualSeconds }: RunRecord, plan: Plan): RunRecord["timeline"] =>
  followedOn(plan, {}).settleSeconds === undefined
    ? timeline
    : timeline.filter(({ minute }) => minute * 60 <= virtualSeconds);

const executionsOf = ({ executions }: Pick<RunRecord, "executions">): RehearsalFacts["executions"] =>
  executions.map(({ status: _, stopSeconds, ...rest }) => ({ ...rest, stopSeconds: stopSeconds ?? null }));

/**
 * The release's end. An execution that died is no end: the sweep starts another one for its release, and that one's
 * end counts. What is none of the outcomes is a failure.
 */
function endOf({ outcome, reason, executions }: RunRecord): { outcome: Outcome; reason: string } {
  const ends = [{ outcome, reason }, ...executions.slice(1).toReversed()];
  for (const end of ends) {
    const known = outcomes.find((each) => each === end.outcome);
    if (known !== undefined) return { outcome: known, reason: end.reason };
    if (end.outcome === "hung") break;
  }
  return { outcome: "failed", reason: reason === "" ? outcome : `${outcome}: ${reason}` };
}

/** What the table and the document have of the release that is rehearsed. */
function keptOf({
  document,
  findings,
}: RunRecord): Pick<RehearsalFacts, "journal" | "ledger" | "needs" | "retrospective"> {
  const { release, planning } = (document ?? {}) as {
    release?: { id?: string };
    planning?: Partial<Planning>;
  };
  const { journals, ledgers, pasts } = findings.kept as Kept;
  const id = release?.id ?? "";
  const { retrospective } = pasts[id] ?? {};
  return {
    journal: journals[id] ?? [],
    ledger: ledgers[id] ?? [],
    ...(planning?.needs !== undefined && { needs: planning.needs }),
    ...(retrospective !== undefined && { retrospective }),
  };
}

/** Where no release was opened there is the plan's model alone. */
function releaseOf(
  { document }: RunRecord,
  planned: string,
): Pick<RehearsalFacts, "model" | "version" | "milestone"> {
  const { release } = (document ?? {}) as {
    release?: { model?: string; version?: number; milestone?: string };
  };
  return {
    model: release?.model ?? planned,
    version: release?.version ?? null,
    milestone: release?.milestone ?? "",
  };
}

/** What the invariants found. */
function promises(
  { violations, figures }: InvariantFindings,
  startedAt: string,
): Pick<RehearsalFacts, "invariants" | "violations" | "figures"> {
  const startMs = Date.parse(startedAt);
  const all = invariantNames.flatMap((name) =>
    violations[name].map(
      ({ invariant, atMs, what, state, stage }): ViolationFacts => ({
        invariant,
        atSeconds: rounded((atMs - startMs) / 1000, 3),
        what,
        state: state ?? null,
        stage: stage ?? null,
      }),
    ),
  );
  const counts = Object.fromEntries(invariantNames.map((name) => [name, violations[name].length]));
  return {
    invariants: counts,
    violations: all.toSorted((a, b) => a.atSeconds - b.atSeconds),
    figures: Object.fromEntries(
      Object.entries(figures).map(([name, value]: [string, number]) => [name, rounded(value, 2)]),
    ),
  };
}

const rounded = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits;
