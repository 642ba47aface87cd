/** What is measured of a release for CloudWatch: few series, by endpoint, each point with the release that it is of. */
import type { Percent } from "../units.ts";
import type { Outcome } from "./closing.ts";
import type { PastRelease } from "./past.ts";
import { endpointOf, type Held } from "./undoing.ts";

/** One point. Each combination of name and dimensions is a series, which costs; properties are searched for, and cost nothing. */
export interface ReleaseMeasure {
  readonly name: "ReleaseClosed" | "TrafficPercent" | "MinutesToPromotion" | "MinutesToRestore";
  readonly value: number;
  /** CloudWatch has no minutes. */
  readonly unit: "Count" | "Percent" | "None";
  readonly dimensions: { readonly endpoint: string; readonly outcome?: Outcome };
  readonly properties: Readonly<Record<string, string>>;
}

type Measured = Pick<Held, "id" | "subject"> & Partial<Pick<Held, "model" | "version" | "milestone">>;

/** A release of an endpoint that has closed; none of a pool, nor of one that keeps its lock and closes again. */
export function measuresOfClosing(release: Measured, past: PastRelease): ReleaseMeasure[] {
  const endpoint = endpointOf(release);
  if (endpoint === undefined || past.left > 0) return [];
  const { outcome, openedAt, thereAt, backSince, closedAt } = past;
  const properties = propertiesOf(release);
  const minutes = (
    name: ReleaseMeasure["name"],
    from: string | undefined,
    to: string | undefined,
  ): ReleaseMeasure[] =>
    from === undefined || to === undefined
      ? []
      : [{ name, value: minutesBetween(from, to), unit: "None", dimensions: { endpoint }, properties }];
  return [
    { name: "ReleaseClosed", value: 1, unit: "Count", dimensions: { endpoint, outcome }, properties },
    ...(outcome === "promoted" ? minutes("MinutesToPromotion", openedAt, thereAt) : []),
    ...(outcome === "promoted" ? [] : minutes("MinutesToRestore", backSince, closedAt)),
  ];
}

/** The candidate's share, as it was seen in force. */
export function measuresOfShare(release: Measured, percent: Percent): ReleaseMeasure[] {
  const endpoint = endpointOf(release);
  if (endpoint === undefined) return [];
  const properties = propertiesOf(release);
  return [{ name: "TrafficPercent", value: percent, unit: "Percent", dimensions: { endpoint }, properties }];
}

const minutesBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 60_000;

function propertiesOf({ id, model, version, milestone }: Measured): Record<string, string> {
  const known = Object.entries({ releaseId: id, model, version, milestone });
  return Object.fromEntries(
    known.flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}
