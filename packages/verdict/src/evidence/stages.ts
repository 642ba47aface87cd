/** What is kept stage by stage: adding an interval to its stage, opening the next. */
import { OPEN_STAGES, roundNats, type StageEvidence, type Tally } from "../kept.ts";
import type { IntervalEvidence } from "./interval.ts";

const NOTHING: Tally = { requests: 0, amount: 0 };

/** Opens a stage; the oldest open one beyond OPEN_STAGES is closed for good. */
export function openStage(
  open: readonly StageEvidence[],
  stage: number,
  logStaked: readonly number[],
): StageEvidence[] {
  const fresh: StageEvidence = {
    stage,
    logStaked: logStaked.map(roundNats),
    harm: logStaked.map(() => 0),
    safe: [0, 0, 0],
    compared: 0,
    candidate: NOTHING,
    stable: NOTHING,
  };
  return [...open, fresh].slice(-OPEN_STAGES);
}

/** The stage with one interval more, of which both sides are tallied; without evidence no more than that. */
export function addInterval(
  stage: StageEvidence,
  evidence: IntervalEvidence | null,
  tallies: { readonly candidate: Tally | null; readonly stable: Tally | null },
): StageEvidence {
  return {
    stage: stage.stage,
    logStaked: stage.logStaked,
    harm: evidence === null ? stage.harm : add(stage.harm, evidence.harm),
    safe: evidence === null ? stage.safe : add(stage.safe, evidence.safe),
    compared: stage.compared + (evidence === null ? 0 : 1),
    candidate: addTally(stage.candidate, tallies.candidate ?? NOTHING),
    stable: addTally(stage.stable, tallies.stable ?? NOTHING),
  };
}

/** Latency sums are kept to a thousandth, so that adding in any order gives the same bytes. */
function addTally(a: Tally, b: Tally): Tally {
  return {
    requests: a.requests + b.requests,
    amount: Math.round((a.amount + Math.round(b.amount * 1e3) / 1e3) * 1e3) / 1e3,
  };
}

function add(sums: readonly number[], terms: readonly number[]): number[] {
  return sums.map((sum, i) => roundNats(sum + (terms[i] ?? 0)));
}
