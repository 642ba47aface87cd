/**
 * Whether a release could begin: of each thing that it needs what was found, and what to do where that is amiss. What is not
 * there to be looked at is told apart from what is.
 */

import type { Scaling } from "../capacity/scaling.ts";
import { instancesFor } from "../capacity/sizing.ts";
import type { Difference } from "../plan/difference.ts";
import type { Plan } from "../plan/plan.ts";
import { daysInForce, type Listing, type PriceOutlook, priceLines } from "../plan/price-list.ts";

export interface Readiness {
  /** What was looked at: "endpoint", "quota". */
  readonly what: string;
  /** `unseen`: it could not be looked at, or there is nothing to look at yet; nobody says that it is amiss. */
  readonly state: "well" | "amiss" | "unseen";
  /** A sentence without its full stop. */
  readonly found: string;
  /** What to do, likewise. */
  readonly advice?: string;
}

export const well = (what: string, found: string): Readiness => ({ what, state: "well", found });
export const amiss = (what: string, found: string, advice: string): Readiness => ({
  what,
  state: "amiss",
  found,
  advice,
});
export const unseen = (what: string, found: string, advice?: string): Readiness => ({
  what,
  state: "unseen",
  found,
  ...(advice !== undefined && { advice }),
});

/** More are counted. */
const mostNamed = 3;
const listed = (all: readonly string[]): string =>
  `${all.slice(0, mostNamed).join(", ")}${all.length > mostNamed ? ` and ${all.length - mostNamed} more` : ""}`;

/** A plan in force, held against the file where there is one. */
export function planReadiness(
  differing: readonly Difference[],
  { file, since }: { readonly file: string | undefined; readonly since: string },
): Readiness {
  if (file === undefined) return well("plan", `is in force since ${since}`);
  if (differing.length === 0) return well("plan", `is in force since ${since}, as ${file} has it`);
  const values = differing.length === 1 ? "one value" : `${differing.length} values`;
  return amiss(
    "plan",
    `${file} differs from what is in force since ${since} in ${values}: ${listed(differing.map(({ where }) => where))}`,
    `slipway plan apply ${file}`,
  );
}

/** What plans are priced by; `about`: what the plan's types are taken to cost. */
export function priceReadiness(prices: readonly PriceOutlook[], { list, refused }: Listing): Readiness {
  const shown = priceLines(prices).join("; ");
  if (refused !== undefined)
    return amiss(
      "prices",
      `${refused}; ${shown}`,
      "allow it: docs/OPERATIONS.md has the statement SeePrices",
    );
  const old = prices.filter(({ outOfDate }) => outOfDate !== undefined);
  if (old.length > 0)
    return amiss(
      "prices",
      `nothing was fetched for ${daysInForce} days and more of ${listed(old.map(({ instanceType }) => instanceType))}; ${shown}`,
      "see why the function fetchPrices fails: its log says it of each type",
    );
  if (list === undefined) return unseen("prices", `none was fetched yet, which happens once a day; ${shown}`);
  return well("prices", shown);
}

interface Versions {
  /** The newest that is approved; undefined where none is. */
  readonly approved: number | undefined;
  /** Those that have traffic, where they are known. */
  readonly serving: readonly number[];
}

/** A date waits for nobody: what is due by it has to be approved by then. An approval starts what it makes due. */
export function versionReadiness({ milestones }: Plan, { approved, serving }: Versions): Readiness {
  const newest = Math.max(0, ...serving);
  const served = serving.length === 0 ? "which one serves is not known" : `v${newest} serves`;
  if (approved !== undefined && approved > newest)
    return well("version", `v${approved} is approved; ${served}`);
  const found = `${approved === undefined ? "none" : "none newer than that"} is approved; ${served}`;
  const when = milestones.production?.when;
  return when !== undefined && !("event" in when)
    ? amiss("version", found, "approve the version that is to be released, before its date")
    : unseen("version", found, "a release begins when one is approved");
}

/** Of the variant that serves; null where none is registered. */
export function scalingReadiness(plan: Plan, scaling: Scaling | null): Readiness {
  if (scaling === null)
    return well("scaling", "none is registered: the fleet stays as it is, and the candidate's does");
  const { min, max, suspended } = scaling;
  const held = Object.entries(suspended).flatMap(([which, is]) => (is ? [which] : []));
  if (held.length > 0)
    return amiss(
      "scaling",
      `is suspended in part: ${held.join(", ")}; the candidate would have it so, too`,
      "resume it (aws application-autoscaling register-scalable-target --suspended-state …), unless somebody means it",
    );
  const needed = instancesFor(plan, plan.endpoint, {
    requestsPerSecond: plan.requirements.peakRequestsPerSecond,
    percent: 100,
  });
  if (max < needed)
    return amiss(
      "scaling",
      `goes to ${max} instances at most, and the planned peak takes ${needed}`,
      "raise its MaxCapacity, or correct requirements.peakRequestsPerSecond",
    );
  return well("scaling", `from ${min} to ${max} instances; the candidate takes it over`);
}
