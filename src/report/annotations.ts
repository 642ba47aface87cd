/**
 * Past releases as marks on other people's graphs: from when until when each was under way, and when it began to go back. What
 * changed nothing is no mark, nor is a pool, which serves no traffic.
 */
import type { Outcome } from "../core/release/closing.ts";
import type { PastRelease } from "../core/release/past.ts";
import { epochMs } from "../core/units.ts";

export const annotated = ["cloudwatch", "grafana"] as const;
export type Annotated = (typeof annotated)[number];

/** Green, red, and grey for what a person or a newer version ended. */
const colours: Readonly<Partial<Record<Outcome, string>>> = {
  promoted: "#2ca02c",
  "rolled-back": "#d62728",
  failed: "#d62728",
  superseded: "#7f7f7f",
  stopped: "#7f7f7f",
};

/** The document for one kind of dashboard. */
export function annotationsOf(past: readonly PastRelease[], of: Annotated): unknown {
  const marked = past.filter(({ outcome }) => colours[outcome] !== undefined);
  return of === "cloudwatch"
    ? { annotations: { vertical: marked.flatMap(inCloudWatch) } }
    : marked.map(inGrafana);
}

/** A promoted release goes on for some minutes without stable; what changed for its users is over by then. */
const endOf = ({ outcome, thereAt, closedAt }: PastRelease): string =>
  outcome === "promoted" ? (thereAt ?? closedAt) : closedAt;

/**
 * A member of `annotations.vertical` of a metric widget: a line, or two that have what is between them shaded. Times are ISO
 * 8601 in whole seconds. Source: CloudWatch API reference, Dashboard Body Structure and Syntax, vertical annotations.
 */
function inCloudWatch(past: PastRelease): unknown[] {
  const { releaseId, outcome, openedAt, backSince } = past;
  const color = colours[outcome];
  const line = (label: string, at: string) => ({ color, label: `${releaseId} ${label}`, value: seconds(at) });
  return [
    [line("opened", openedAt), line(outcome, endOf(past))],
    ...(backSince === undefined ? [] : [line("goes back", backSince)]),
  ];
}

const seconds = (at: string): string => `${new Date(epochMs(at)).toISOString().slice(0, 19)}Z`;

/** A body for `POST /api/annotations`, of a region. Source: Grafana, Annotations HTTP API, create annotation. */
function inGrafana(past: PastRelease): unknown {
  const { releaseId, model, milestone, outcome, reason, openedAt } = past;
  return {
    time: epochMs(openedAt),
    timeEnd: epochMs(endOf(past)),
    tags: ["slipway", model, ...(milestone === undefined ? [] : [milestone]), outcome],
    text: `${releaseId} ${outcome}: ${reason}`,
  };
}
