/** The course of a real release, by what its journal and its ledger tell: the same phases as a rehearsal goes through. */

import { percent } from "../../report/text/figures.ts";
import { looksIn } from "../../report/view/evidence-charts.ts";
import { type ReleaseTold, secondsInto, sides } from "../../report/view/told.ts";
import type { Course, Fleet, Phase } from "./phases.ts";

/** `waiting`: releases that wait for its lock. */
export function courseOf(told: ReleaseTold, waiting: readonly string[] = []): Course {
  const begun = phasesOf(told).toSorted((a, b) => a.fromSeconds - b.fromSeconds);
  const over = told.outcome !== "under-way";
  const phases = begun.map((phase, nth): Phase => {
    const next = begun[nth + 1];
    const untilSeconds = next?.fromSeconds ?? (over ? told.seconds : undefined);
    return untilSeconds === undefined ? phase : { ...phase, untilSeconds };
  });
  return {
    phases,
    nowSeconds: told.seconds,
    state: "",
    fleets: fleetsOf(told),
    over,
    notes: notesOf(told, waiting),
  };
}

/** What begins a phase in the ledger: the intent of a change, by its name. */
const beginnings: readonly (readonly [RegExp, Omit<Phase, "fromSeconds">])[] = [
  [/^(hold-scale-in|model|join-config|join)$/, { key: "PrewarmInference", title: "pre-warm the candidate" }],
  [/^primer$/, { key: "PrewarmTraining", title: "pre-warm training capacity" }],
  [/^(final-config|final-\d+|retire-scaling)$/, { key: "ScaleDown", title: "scale down" }],
];

function phasesOf(told: ReleaseTold): Phase[] {
  const opened: Phase = { key: "OpenRelease", title: "open the release", fromSeconds: 0 };
  const changes = beginnings.flatMap(([names, phase]) => {
    const first = told.ledger.find(({ id }) => names.test(id));
    return first === undefined ? [] : [{ ...phase, fromSeconds: secondsInto(told, first.at) }];
  });
  const shares = told.shares.map(({ index, trafficPercent, fromSeconds }) => ({
    key: `stage ${index} ${trafficPercent}`,
    title: `${percent(trafficPercent)} of traffic`,
    fromSeconds,
    stage: index,
  }));
  const news = told.journal.flatMap((entry): Phase[] => {
    if (entry.kind !== "news") return [];
    const fromSeconds = secondsInto(told, entry.at);
    if (entry.state === "promoted") return [{ key: "PromoteModel", title: "promote", fromSeconds }];
    if (entry.state === "rolling-back") return [{ key: "RollBack", title: "roll back", fromSeconds }];
    return [];
  });
  // What is told twice began once.
  return [
    ...new Map(
      [opened, ...changes, ...shares, ...news].toReversed().map((each) => [each.key, each]),
    ).values(),
  ];
}

function fleetsOf({ journal }: ReleaseTold): Fleet[] {
  const newest = journal.findLast((entry) => entry.kind === "look" || entry.kind === "fleets");
  if (newest === undefined || !("fleets" in newest)) return [];
  return sides.flatMap((side) => {
    const fleet = newest.fleets[side];
    if (fleet === undefined) return [];
    const { variant, provisioned, warm, desired } = fleet;
    return [{ variant, side, instances: Math.max(desired, provisioned), ready: warm ?? provisioned }];
  });
}

function notesOf(told: ReleaseTold, waiting: readonly string[]): string[] {
  const look = looksIn(told).at(-1);
  const evidence =
    look === undefined || look.logThreshold <= 0
      ? []
      : [
          `${percent(Math.max(0, (100 * look.logE) / look.logThreshold))} of the evidence that harm takes; ${look.verdict}`,
        ];
  return [
    ...evidence,
    ...(told.reason === "" ? [] : [told.reason]),
    ...waiting.map((releaseId) => `${releaseId} waits for it`),
  ];
}
