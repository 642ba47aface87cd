/** What went wrong in a rehearsed world, and when: the candidate's own fault, what hit both fleets, and capacity that was not to be had. */
import type { Minute, WorldSpec } from "#twin/world";
import type { FaultSeen } from "../../core/facts/rehearsal-facts.ts";
import type { RunRecord } from "../release/run-record.ts";

/** Oldest first. What a world puts relative to a plan's bakes is told where it shows alone. */
export function faultsOf(
  { candidate, shocks, metrics }: WorldSpec,
  { timeline, changes, virtualSeconds }: Pick<RunRecord, "timeline" | "changes" | "virtualSeconds">,
): FaultSeen[] {
  const isOver = ({ atSeconds }: FaultSeen) => atSeconds > virtualSeconds;
  return [
    ...candidatesFault(candidate, timeline),
    ...shocks.flatMap((shock) =>
      "atMinute" in shock
        ? [
            lasting(
              shock,
              `Both fleets are hit: errors × ${shock.errorFactor}, latency × ${shock.latencyFactor}.`,
            ),
          ]
        : [],
    ),
    ...metrics.outages.flatMap((outage) =>
      "atMinute" in outage ? [lasting(outage, "No metrics are published.")] : [],
    ),
    ...changes.flatMap(({ atSeconds, by, subject }) =>
      by.who === "sagemaker" && by.why === "no capacity"
        ? [{ atSeconds, what: `There is no capacity for ${subject}.` }]
        : [],
    ),
  ]
    .filter((fault) => !isOver(fault))
    .toSorted((a, b) => a.atSeconds - b.atSeconds);
}

const lasting = ({ atMinute, minutes }: { atMinute: number; minutes: number }, what: string): FaultSeen => ({
  atSeconds: atMinute * 60,
  untilSeconds: (atMinute + minutes) * 60,
  what,
});

/** From the first minute in which the candidate served with it. */
function candidatesFault(
  { errorFactor, latencyFactor, onlyAbovePercent, fromMinute, toMinute }: WorldSpec["candidate"],
  timeline: readonly Minute[],
): FaultSeen[] {
  if (errorFactor <= 1 && latencyFactor <= 1) return [];
  const shows = ({ minute, trafficPercent }: Minute) =>
    trafficPercent > onlyAbovePercent &&
    minute >= fromMinute &&
    (toMinute === undefined || minute < toMinute);
  const [first, last] = [timeline.find(shows), timeline.findLast(shows)];
  if (first === undefined || last === undefined) return [];
  const times = [
    ...(errorFactor > 1 ? [`fails ${errorFactor} times as often`] : []),
    ...(latencyFactor > 1 ? [`takes ${latencyFactor} times as long`] : []),
  ];
  return [
    {
      atSeconds: first.minute * 60,
      untilSeconds: (last.minute + 1) * 60,
      what: `The candidate ${times.join(" and ")}${onlyAbovePercent > 0 ? ` above ${onlyAbovePercent} % of traffic` : ""}.`,
    },
  ];
}
