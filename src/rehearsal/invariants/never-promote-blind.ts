/**
 * never-promote-blind: a stage is left, towards the next or towards promotion, only after a judge of the release
 * ended well in that stage and said so, with data: requests of the candidate from within the stage that CloudWatch
 * had published when the judge looked. No data, errors and time-outs never advance, nor does a ceiling that the
 * candidate broke, whether stable broke it too or not; an inconclusive stage that people are asked about advances by their word
 * alone (answered-first.ts). A share that was taken back within the release is given again on
 * the same terms. The judge is the step that reads metrics and writes a new
 * judgement into the state document; its word alone is not believed: requests and ceilings are read from the world.
 * Where the last stage leaves a part of the traffic to stable, the candidate takes it without another look: that shift
 * leaves the last stage, and the promotion after it goes by the same word. Where a plan releases in staging, what has not passed
 * there goes to production by a person's word alone; where it has criteria, nothing is made of a version that does not meet them. So does one after somebody else has given the
 * candidate that part: their shift is no stage of the release.
 */

import type { StateEntry } from "#twin/engine";
import type { JsonValue } from "../../core/release/json-value.ts";
import { createAnsweredFirst } from "./answered-first.ts";
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { same } from "./equality.ts";
import type { ObservedCall } from "./observation.ts";
import { endpointOf, isCandidate, type Passage } from "./passages.ts";
import { publishedRequests } from "./published.ts";
import { brokenCeilings } from "./published-ceilings.ts";
import { rebalancingOf } from "./rebalancing.ts";
import { type Shift, shiftIn } from "./shifts.ts";
import { createStagedFirst } from "./staged-first.ts";
import { madeUnvalidated } from "./validated-first.ts";

/** What a judge said when it last ended well. */
interface Judged {
  readonly decision: string;
  readonly verdict: string;
  readonly stage: number;
  /** When it last read metrics, epoch milliseconds. */
  readonly lookedMs: number;
}

export function neverPromoteBlind(context: CheckContext): Checker {
  const name = "never-promote-blind";
  const { violations, report } = violationsOf(name);
  const judges = createJudges();
  const staged = createStagedFirst(context);
  const answered = createAnsweredFirst();
  /** When the candidate's share last took effect, by endpoint. */
  const inForce = new Map<string, number>();
  /** The largest share that the candidate was given, by endpoint. */
  const given = new Map<string, number>();
  /** Endpoints of which the candidate has taken what was held back. */
  const complete = new Set<string>();
  /** Endpoints whose weights somebody else has set last. */
  const theirs = new Set<string>();
  const lastShareOf = (endpoint: string) =>
    (context.planOf(endpoint).rollout.stages.at(-1)?.trafficPercent ?? 100) / 100;

  function check(passage: Passage, forward: keyof typeof steps, seen: ObservedCall): void {
    const step = steps[forward];
    const sinceMs = inForce.get(endpointOf(passage) ?? "");
    const judged = judges.last(passage.executions);
    const plan = context.planOf(endpointOf(passage));
    const { releaseId } = passage;
    const left = judged === undefined ? undefined : { ...judged, releaseId, sinceMs: sinceMs ?? 0 };
    for (const what of [
      ...blindness(context, { passage, forward, sinceMs, judged }),
      ...(left === undefined || forward === "restore" ? [] : answered.unanswered(left, plan)),
    ])
      report(`${step} ${what}`, whereOf(seen));
  }

  /** Whose weights an endpoint has now. */
  function noteWhose({ call, frame, tookEffect }: ObservedCall): void {
    const weighed = tookEffect ? rebalancingOf(call) : undefined;
    if (weighed === undefined || weighed.weights.size === 0) return;
    theirs[frame === undefined ? "add" : "delete"](weighed.endpoint);
  }

  /** Whether a shift gives the candidate more than it ever had, or what it had before; undefined: its first, or less. */
  function forwardBy({ endpoint, from, to }: Shift): keyof typeof steps | undefined {
    const most = given.get(endpoint.name) ?? 0;
    given.set(endpoint.name, Math.max(most, to));
    if (from <= 0 || to <= from) return undefined;
    return to > most + 1e-6 ? "advance" : "restore";
  }

  return {
    name,
    violations,
    onCall(seen) {
      judges.onCall(seen);
      const unproven = [...staged.seen(seen), ...madeUnvalidated(seen, context), ...answered.seen(seen)];
      for (const what of unproven) report(what, whereOf(seen));
      noteWhose(seen);
      const shift = shiftIn(seen, context);
      const forward = shift === undefined ? undefined : forwardBy(shift);
      if (shift?.passage === undefined || forward === undefined) return;
      check(shift.passage, forward, seen);
      if (shift.to > lastShareOf(shift.endpoint.name) + 1e-6) complete.add(shift.endpoint.name);
    },
    onWorld({ kind, subject, atMs }) {
      if (kind !== "weight") return;
      const [endpoint = ""] = subject.split("/");
      if (!theirs.has(endpoint)) inForce.set(endpoint, atMs);
    },
    onLock({ kind, passage }, seen) {
      const endpoint = endpointOf(passage);
      if (endpoint === undefined) return;
      if (kind === "taken") {
        inForce.delete(endpoint);
        given.delete(endpoint);
        complete.delete(endpoint);
        theirs.delete(endpoint);
      }
      if (kind !== "promoted") return;
      const goesOn = judges.last(passage.executions)?.decision === "advance";
      if (goesOn && theirs.has(endpoint)) check(passage, "advance", seen);
      else if (!(goesOn && complete.has(endpoint))) check(passage, "promote", seen);
    },
    onEntry: (entry) => judges.onEntry(entry),
  };
}

const steps = {
  advance: "the next stage was begun",
  restore: "a share was given again",
  promote: "the promotion was recorded",
} as const;

interface Forward {
  readonly passage: Passage;
  readonly forward: keyof typeof steps;
  readonly sinceMs: number | undefined;
  readonly judged: Judged | undefined;
}

/** Why the release could not know that it may go on. */
function blindness(context: CheckContext, { passage, forward, sinceMs, judged }: Forward): string[] {
  if (sinceMs === undefined) return ["though the candidate never had a share of traffic"];
  if (judged === undefined || judged.lookedMs < sinceMs)
    return ["without a judge having ended well in the stage"];
  if (judged.decision !== forward) return [`though the judge said ${judged.decision}`];
  return unseen(context, { passage, fromMs: sinceMs, asOfMs: judged.lookedMs });
}

/** What CloudWatch had not shown of a candidate, or had shown against it, when the judge looked. */
function unseen(
  { world, planOf }: CheckContext,
  { passage, ...span }: { passage: Passage; fromMs: number; asOfMs: number },
): string[] {
  const endpoint = endpointOf(passage) ?? "";
  const plan = planOf(endpoint);
  const variants = world.state.endpoints.get(endpoint)?.variants ?? [];
  const candidates = variants.filter((variant) => isCandidate(variant, passage, world));
  return candidates.flatMap(({ name: candidate }) => {
    const requests = publishedRequests(world, { endpoint, variant: candidate }, span);
    const broken = brokenCeilings({ world, plan, endpoint, candidate, ...span });
    return [
      ...(requests > 0 ? [] : [`though CloudWatch had not shown any request of ${candidate} in that stage`]),
      ...broken.map((ceiling) => `while ${candidate} was above the ceiling ${ceiling}`),
    ];
  });
}

/** Follows the judges of all executions. */
function createJudges() {
  const looked = new Map<string, number>();
  const documents = new Map<string, JsonValue | undefined>();
  const judged = new Map<string, Judged>();
  return {
    /** Of a release that went on in another execution, whichever looked last. */
    last: (executions: Iterable<string>) =>
      [...executions]
        .flatMap((execution) => judged.get(execution) ?? [])
        .reduce<Judged | undefined>(
          (one, other) => (one === undefined || other.lookedMs > one.lookedMs ? other : one),
          undefined,
        ),
    onCall({ call, frame, tookEffect }: ObservedCall): void {
      if (frame !== undefined && tookEffect && call.operation === "GetMetricData")
        looked.set(frame.execution, call.at);
    },
    onEntry({ execution, document }: StateEntry): void {
      const judgement = isRecord(document) ? (document.judgement as JsonValue | undefined) : undefined;
      const known = documents.get(execution);
      documents.set(execution, judgement);
      const lookedMs = looked.get(execution);
      if (!isRecord(judgement) || same(judgement, known) || lookedMs === undefined) return;
      const { decision, verdict, stage } = judgement;
      judged.set(execution, {
        decision: String(decision),
        verdict: String(verdict),
        stage: Number(stage),
        lookedMs,
      });
    },
  };
}
