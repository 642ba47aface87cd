/** What became of the minimum of a release's fleet in the days after it, where that is set by what was learnt: a sentence each. */
import type { AdjustmentFacts } from "../../core/facts/rehearsal-facts.ts";
import { printable } from "../../core/input/bad-input.ts";
import { duration } from "../text/figures.ts";
import { type ReleaseTold, secondsInto } from "./told.ts";

const became: Readonly<Record<AdjustmentFacts["outcome"], (of: AdjustmentFacts) => string>> = {
  lowered: ({ from, to }) => `was lowered from ${from} to ${to}`,
  raised: ({ from, to }) => `was raised from ${from} to ${to}`,
  "put-back": ({ from, to }) => `was put back from ${from} to ${to}`,
  undone: ({ from, to }) => `was taken back from ${from} to ${to}`,
  kept: ({ to }) => `of ${to} was kept`,
  left: ({ to }) => `of ${to} was left as it is`,
  superseded: ({ to }) => `of ${to} was no longer watched`,
};

export const adjustedNotes = (told: ReleaseTold): string[] =>
  (told.rehearsed?.adjustments ?? []).map((one) =>
    printable(
      `Its fleet's minimum ${became[one.outcome](one)} ${duration(secondsInto(told, one.at))} after it began: ${one.why}.`,
    ),
  );
