/**
 * Asks a plan's gates before a share is given, or capacity is raised for it: while one says no or does not know, the stage
 * holds, and the one in force is looked at meanwhile; at the deadline the release goes back. What leads back asks nobody.
 */
import { trafficPercent } from "../core/capacity/endpoint.ts";
import { type Canonical, canonical } from "../core/evidence/canonical.ts";
import { blockedText, type GateAnswer } from "../core/gates/gate-answer.ts";
import { gatesOf } from "../core/gates/settings.ts";
import { glassUsed } from "../core/release/break-glass.ts";
import { gatesSaid } from "../core/release/grounds.ts";
import { holdOf } from "../core/release/hold.ts";
import type { StageState } from "../core/release/stage.ts";
import { epochMs } from "../core/units.ts";
import type { Shifting } from "./barring.ts";
import { publish } from "./event-bridge.ts";
import { askGates, type GatesAnswered } from "./gates.ts";
import { note } from "./journal.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { sha256 } from "./sha256.ts";
import { billOf } from "./stage-feasibility.ts";

interface Asked {
  readonly answers: readonly GateAnswer[];
  readonly isBlocked: boolean;
  /** The share that they were asked for; absent: before the first change. */
  readonly stage?: number;
}

/** Writes down what the gates said; nothing where the plan asks for none. */
export async function noteGates(tools: Tools, ledger: Ledger, { answers, ...asked }: Asked): Promise<void> {
  if (answers.length === 0) return;
  await note(tools, ledger.holding.id, { kind: "gates", answers: [...answers], ...asked });
}

/** Has the evidence of what comes next say what the gates let it begin by. */
export async function restOnGates(
  { now }: Tools,
  ledger: Ledger,
  { answers, glass }: GatesAnswered,
): Promise<void> {
  if (answers.length === 0) return;
  const since = new Date(now()).toISOString();
  const digest = sha256(canonical(answers as unknown as Canonical));
  const gates = gatesSaid(answers, { since, sha256: digest });
  await ledger.restsOn({ gates, ...(glass !== undefined && { glass: [glassUsed(glass)] }) });
}

/** What a stage does that its gates do not let begin; undefined where they do, or the plan asks for none. */
export async function heldByGates(acting: Shifting, next: StageState): Promise<StageState | undefined> {
  const { doc, needs, endpoint, ledger, tools } = acting;
  const { plan, release, stage: last } = doc;
  if (plan.gates === undefined || gatesOf(plan).length === 0) return undefined;
  const answered = await askGates(tools, { plan, needs, release });
  const { answers } = answered;
  const reason = blockedText(answers);
  const nowMs = tools.now();
  const since = next.gatedSince ?? new Date(nowMs).toISOString();
  const untilMs = epochMs(since) + plan.gates.deadlineMinutes * 60_000;
  const isOver = nowMs >= untilMs;
  // Of a hold its beginning and its end are written down.
  if (reason === undefined || next.gatedSince === undefined || isOver)
    await noteGates(tools, ledger, { answers, isBlocked: reason !== undefined, stage: next.index });
  if (reason === undefined) {
    await restOnGates(tools, ledger, answered);
    return undefined;
  }
  const until = new Date(untilMs).toISOString();
  if (isOver) return { ...next, status: "blocked", reason: `held by gates until ${until}; ${reason}` };
  if (next.gatedSince === undefined)
    await publish(tools, release, { state: "held-by-gates", stage: next.index, reason, until });
  const percent = trafficPercent(endpoint, needs.candidate.variant);
  const frozen = { reason: `held by gates until ${until}: ${reason}`, untilMs };
  const held = holdOf({ frozen, halfWay: "hold", percent, last, next, bill: billOf(acting), nowMs });
  return { ...held, gatedSince: since };
}

/** Why the gates do not let capacity be raised ahead of its share; undefined where they do. */
export async function gatesAhead({
  doc: { plan, release },
  needs,
  ledger,
  tools,
}: Shifting): Promise<string | undefined> {
  const answered = await askGates(tools, { plan, needs, release });
  const reason = blockedText(answered.answers);
  if (reason === undefined) await restOnGates(tools, ledger, answered);
  return reason;
}
