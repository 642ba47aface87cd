/** What happened when: milestones, stages, verdicts, locked windows, faults and the way back, on the time axis of the charts. */
import { traitsOf } from "../../core/release/resource-kinds.ts";
import { type NewsEntry, newsIn } from "../../core/release/shares.ts";
import { duration, percent } from "../text/figures.ts";
import { looksIn } from "./evidence-charts.ts";
import { type ReleaseTold, secondsInto } from "./told.ts";

export type MarkKind = "milestone" | "stage" | "verdict" | "capacity" | "locked" | "fault" | "compensation";

export interface TimelineMark {
  readonly kind: MarkKind;
  readonly atSeconds: number;
  /** Of what lasts. */
  readonly untilSeconds?: number;
  /** A word or two. */
  readonly label: string;
  /** A sentence; empty where the label says it all. */
  readonly detail: string;
}

export function marksOf(told: ReleaseTold): TimelineMark[] {
  const marks = [
    ...newsIn(told.journal).flatMap((entry) => newsMark(told, entry)),
    ...lockedMarks(told),
    ...changeMarks(told),
    ...faultMarks(told),
    ...dueMark(told),
  ].sort((a, b) => a.atSeconds - b.atSeconds);
  // A step that is tried again says the same again.
  return marks.filter((mark, nth) => {
    const before = marks[nth - 1];
    return !(before?.kind === mark.kind && before.label === mark.label && before.detail === mark.detail);
  });
}

const decisions: Readonly<Record<string, string>> = {
  advance: "passed",
  promote: "passed",
  "roll-back": "failed",
  "step-back": "eased",
  restore: "restored",
  raise: "raises",
};

function newsMark(told: ReleaseTold, entry: NewsEntry): TimelineMark[] {
  const atSeconds = secondsInto(told, entry.at);
  const { state, reason = "", trafficPercent, decision = "", outcome = "" } = entry;
  const mark = (kind: MarkKind, label: string, detail = reason): TimelineMark[] => [
    { kind, atSeconds, label, detail },
  ];
  switch (state) {
    case "opened":
      return mark(
        "milestone",
        "opened",
        told.milestone === "" ? "" : `The release to ${told.milestone} begins.`,
      );
    case "shifted":
      return mark(
        "stage",
        percent(trafficPercent ?? 0),
        `The candidate takes ${percent(trafficPercent ?? 0)} of traffic.`,
      );
    case "judged":
      return mark("verdict", decisions[decision] ?? decision);
    case "asked":
      return mark("verdict", "asks a person");
    case "promoted":
      return mark("milestone", "promoted", "The candidate is the one that serves.");
    case "rolling-back":
      return mark("compensation", "way back begins");
    case "closed":
      return mark("milestone", outcome === "" ? "closed" : outcome);
    case "remainder":
      return mark("compensation", "something is left");
    // Days after the end of the axis.
    case "quality":
    case "spike":
    case "reservation":
      return [];
    default:
      return mark("milestone", state.replaceAll("-", " "));
  }
}

/** What the fleets did, as far as the ledger says it. */
function changeMarks(told: ReleaseTold): TimelineMark[] {
  const joined = told.ledger.find(({ id }) => id === "join");
  const there = told.journal.find((entry) => entry.kind === "fleets" && entry.fleets.candidate !== undefined);
  if (joined === undefined || there === undefined) return [];
  const atSeconds = secondsInto(told, joined.at);
  const untilSeconds = secondsInto(told, there.at);
  return [
    {
      kind: "capacity",
      atSeconds,
      untilSeconds,
      label: "capacity joins",
      detail: `The candidate's fleet was asked for, and in service ${duration(untilSeconds - atSeconds)} later.`,
    },
  ];
}

/** Raises beside the candidate's traffic, from when each was begun until a look found the fleets as asked for. */
function lockedMarks(told: ReleaseTold): TimelineMark[] {
  const raises = told.ledger.filter(
    ({ resource, state }) => traitsOf(resource.kind).movesByItself && state !== "intended",
  );
  return raises.flatMap((change): TimelineMark[] => {
    const atSeconds = secondsInto(told, change.at);
    if (!carriesTraffic(told, atSeconds)) return [];
    const end = looksIn(told).find(({ at, fleets }) => {
      const isAfter = secondsInto(told, at) > atSeconds;
      return isAfter && Object.values(fleets).every((fleet) => fleet?.desired === fleet?.provisioned);
    });
    const untilSeconds = end === undefined ? told.seconds : secondsInto(told, end.at);
    return [
      {
        kind: "locked",
        atSeconds,
        untilSeconds,
        label: "locked",
        detail: `A raise (${change.id}) barred the way back for up to ${duration(untilSeconds - atSeconds)}.`,
      },
    ];
  });
}

function carriesTraffic({ intervals }: ReleaseTold, atSeconds: number): boolean {
  const found = intervals.findLast((each) => each.atSeconds <= atSeconds);
  return (found?.trafficPercent ?? 0) > 0;
}

/** What a rehearsal saw go wrong. */
function faultMarks({ rehearsed }: ReleaseTold): TimelineMark[] {
  if (rehearsed === undefined) return [];
  return [
    ...rehearsed.faults.map(
      ({ atSeconds, untilSeconds, what }): TimelineMark => ({
        kind: "fault",
        atSeconds,
        ...(untilSeconds !== undefined && { untilSeconds }),
        label: "fault",
        detail: what,
      }),
    ),
    ...rehearsed.alarms.map(
      ({ name, atSeconds }): TimelineMark => ({
        kind: "fault",
        atSeconds,
        label: "alarm",
        detail: `${name} rings.`,
      }),
    ),
  ];
}

function dueMark(told: ReleaseTold): TimelineMark[] {
  if (told.dueAt === undefined) return [];
  const atSeconds = secondsInto(told, told.dueAt);
  if (atSeconds < 0 || atSeconds > told.seconds) return [];
  return [{ kind: "milestone", atSeconds, label: "due", detail: `The milestone's date, ${told.dueAt}.` }];
}
