/** The few figures that are looked at first: time, money, requests, locks. */
import { count, counted, duration, percent, usd } from "../text/figures.ts";
import type { ReleaseTold } from "./told.ts";

export interface Highlight {
  readonly what: string;
  readonly figure: string;
  /** What it is to be held against; may be empty. */
  readonly note: string;
  /** Whether it went beyond what the plan allows. */
  readonly isBeyond: boolean;
}

export function highlights(told: ReleaseTold): Highlight[] {
  const { outcome, seconds } = told;
  return [
    {
      what: outcome === "under-way" ? "Under way for" : "Took",
      figure: duration(seconds),
      note: "",
      isBeyond: false,
    },
    ...spent(told),
    ...failed(told),
    ...locked(told),
  ];
}

function spent({ costUsd, rehearsed, plan }: ReleaseTold): Highlight[] {
  if (costUsd === undefined) return [];
  const budget = plan?.budget.usdPerRelease;
  const isBeyond = costUsd !== null && budget !== undefined && costUsd > budget;
  const share =
    costUsd !== null && budget !== undefined && budget > 0 ? `, ${percent((100 * costUsd) / budget)}` : "";
  return [
    {
      what: rehearsed === undefined ? "Raised for, by its last look" : "Raised for",
      figure: costUsd === null ? "a price not known" : usd(costUsd),
      note: budget === undefined ? "" : `of ${usd(budget)}${share}`,
      isBeyond,
    },
  ];
}

function failed({ rehearsed, intervals }: ReleaseTold): Highlight[] {
  if (rehearsed !== undefined)
    return rehearsed.candidateRequests === 0
      ? []
      : [
          {
            what: "Failed because of the candidate",
            figure: count(rehearsed.candidateFailedRequests),
            note: `of its ${counted(rehearsed.candidateRequests, "request")}`,
            isBeyond: false,
          },
        ];
  const own = intervals.flatMap(({ sides }) => sides.candidate ?? []);
  const requests = own.reduce((sum, each) => sum + (each.requests ?? 0), 0);
  if (requests === 0) return [];
  const errors = own.reduce((sum, each) => sum + (each.errors ?? 0), 0);
  return [
    {
      what: "Failed on the candidate",
      figure: count(errors),
      note: `of its ${counted(requests, "request")}`,
      isBeyond: false,
    },
  ];
}

function locked({ rehearsed, plan, needs }: ReleaseTold): Highlight[] {
  if (rehearsed === undefined || needs === undefined) return [];
  const { lockedMinutes } = rehearsed;
  const most = plan?.budget.maxLockedMinutes;
  return [
    {
      what: "Locked",
      figure: counted(lockedMinutes, "minute"),
      note: most === undefined ? "" : `of at most ${count(most)} in which a raise bars the way back`,
      isBeyond: most !== undefined && lockedMinutes > most,
    },
  ];
}
