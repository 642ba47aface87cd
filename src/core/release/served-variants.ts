/** Which variants served an endpoint, and when, by the records of its releases. */
import { type EpochMs, epochMs } from "../units.ts";
import type { Outcome } from "./closing.ts";
import { variantName } from "./names.ts";
import type { TrafficFrom } from "./own-load.ts";
import type { PastRelease } from "./past.ts";
import type { ReleaseRecord } from "./record.ts";
import { testedCandidateIn } from "./tested-candidate.ts";
import { endpointOf, ScaleDownInput } from "./undoing.ts";

export interface ServedVariant {
  readonly variant: string;
  /** The earliest that it can have had requests, and the latest. */
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** A release that is over, with its record where that is still there. */
export interface RecordedRelease {
  readonly past: Pick<PastRelease, "version" | "attempt" | "openedAt" | "closedAt" | "outcome" | "tested">;
  readonly record: ReleaseRecord | undefined;
}

const notRaised: ReadonlySet<Outcome> = new Set<Outcome>(["refused"]);

/**
 * Each variant once. What serves now has served until now; a variant that was stable when the first of these releases began
 * may have served for ever.
 */
export function servedVariants(
  releases: readonly RecordedRelease[],
  { endpoint, serving }: { readonly endpoint: string; readonly serving: readonly string[] },
): ServedVariant[] {
  const found = new Map<string, ServedVariant>();
  const add = (variant: string, fromMs: EpochMs, untilMs: EpochMs) => {
    const known = found.get(variant);
    found.set(variant, {
      variant,
      fromMs: Math.min(fromMs, known?.fromMs ?? fromMs),
      untilMs: Math.max(untilMs, known?.untilMs ?? untilMs),
    });
  };
  const own = releases.filter(
    ({ record }) => record === undefined || endpointOf(record.release) === endpoint,
  );
  for (const { past, record } of own) {
    const { stable, candidate } = sidesOf(past, record);
    const closedMs = epochMs(past.closedAt);
    if (stable !== undefined) add(stable, Number.NEGATIVE_INFINITY, closedMs);
    if (candidate !== undefined)
      add(candidate, epochMs(past.openedAt), past.outcome === "promoted" ? ever : closedMs);
  }
  for (const variant of serving) add(variant, found.get(variant)?.fromMs ?? Number.NEGATIVE_INFINITY, ever);
  return [...found.values()];
}

const ever = Number.POSITIVE_INFINITY;

/**
 * From when on the requests of a candidate that was tested under load are its users': once weights were first set, or never. All before
 * are the test's own. Of a release whose history and record do not tell it is not known.
 */
export function trafficSince(releases: readonly RecordedRelease[], endpoint: string): TrafficFrom {
  const found: Record<string, EpochMs> = {};
  for (const { past, record } of releases) {
    const tested = past.tested ?? (record === undefined ? undefined : testedCandidateIn(record));
    if (tested?.endpoint !== endpoint) continue;
    found[tested.variant] = tested.usersSince === null ? ever : epochMs(tested.usersSince);
  }
  return found;
}

/** As they were planned; without a record by what a candidate is called. */
function sidesOf(
  { version, attempt, outcome }: RecordedRelease["past"],
  record: ReleaseRecord | undefined,
): { readonly stable?: string; readonly candidate?: string } {
  const needs = ScaleDownInput.shape.planning.safeParse(record?.planning).data?.needs;
  if (needs !== undefined) return { stable: needs.stable.variant, candidate: needs.candidate.variant };
  if (version === undefined || notRaised.has(outcome)) return {};
  return { candidate: variantName(version, attempt) };
}
