/** How a command's end is told to whoever called it. */
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { type Outcome, outcomes } from "../core/release/closing.ts";

export const badInputCode = 64;
export const failureCode = 1;
export const brokenInvariantCode = 3;
export const refusedCode = 4;
/** As a shell has it for a command that SIGINT has ended: 128 + 2. */
export const interruptedCode = 130;
/** The same for SIGTERM: 128 + 15. */
export const terminatedCode = 143;
/** Of a release that was waited for. */
export const stillRunningCode = 5;
export const waitsForPersonCode = 6;

const codes: Readonly<Record<Outcome, number>> = {
  promoted: 0,
  done: 0,
  ignored: 0,
  failed: failureCode,
  "rolled-back": 2,
  superseded: 2,
  stopped: 2,
  refused: refusedCode,
};

/** Of a release that is told of by its record. */
export const outcomeCode = (outcome: Outcome | "under-way"): number =>
  outcome === "under-way" ? failureCode : codes[outcome];

/** Of a request that opened no release. */
export const unopenedCode = (outcome: Outcome | "bad-input"): number =>
  outcome === "bad-input" ? badInputCode : codes[outcome];

/**
 * A broken invariant outranks every outcome; a call that the twin does not model proves nothing either way. Staging that led
 * to production ends as that did.
 */
export function exitCodeOf({ outcome, violations, notModelled, beside = [] }: RehearsalFacts): number {
  if (violations.length > 0) return brokenInvariantCode;
  if (notModelled.length > 0) return failureCode;
  const after = beside.find(({ milestone }) => milestone !== undefined)?.executions.at(-1)?.outcome;
  return codes[outcomes.find((each) => each === after) ?? outcome];
}

/** From nothing wrong to the worst: refused has changed nothing, rolled back is all restored, failed is neither. */
const severity = [0, codes.refused, codes["rolled-back"], failureCode, brokenInvariantCode];

/** Of several rehearsals: the code of the worst of them. */
export const worstOf = (all: readonly RehearsalFacts[]): number =>
  severity[Math.max(0, ...all.map((facts) => severity.indexOf(exitCodeOf(facts))))] ?? 0;

/** For the help: code and meaning. */
export const exitCodeTexts: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "promoted, done (a capacity-only milestone), or ignored (the event starts no release)"],
  [
    "1",
    "the command itself failed, the release could not put everything back and keeps its lock, or doctor found something amiss",
  ],
  ["2", "rolled-back, superseded or stopped: everything is restored"],
  ["3", "an invariant was broken, whatever the outcome"],
  ["4", "refused: nothing was changed; with emit --fail-on-ignored also ignored"],
  ["5", "emit --wait: the release is still under way at the deadline"],
  ["6", "emit --wait: a stage of the release asks a person, and nobody has answered"],
  ["64", "bad usage or bad input: nothing was run"],
];
