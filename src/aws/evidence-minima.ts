/**
 * Claims the evidence of a minimum that was set between releases, while nobody holds the endpoint's lock: a number of its chain, once
 * for each that was set.
 */
import type { MinimumPack } from "../core/evidence/pack.ts";
import { scalingOf } from "../core/release/resources.ts";
import type { BoundsChange, WatchedBounds } from "../core/release/watched-bounds.ts";
import type { Aws } from "./clients.ts";
import { claimBeside } from "./evidence-beside.ts";

export type MinimumSet = Pick<BoundsChange, "variant" | "from" | "to" | "adjusted" | "retentionDays"> & {
  /** When its call may first have gone out, ISO 8601: later for each that is set. */
  readonly at: string;
};

/** `isSeen`: its call was seen to take effect. Claiming the same twice is claiming it once. */
export async function claimMinimum(
  aws: Aws,
  { endpoint, model, ordered }: WatchedBounds,
  { variant, from, to, adjusted, retentionDays, at, isSeen }: MinimumSet & { readonly isSeen: boolean },
): Promise<void> {
  const pack: MinimumPack = {
    schema: 1,
    what: isSeen ? "adjusted" : "adjustment-begun",
    subject: `endpoint/${endpoint}`,
    since: at,
    at,
    resource: scalingOf(endpoint, variant),
    before: { min: from },
    after: { min: to },
    model,
    because: adjusted?.outcome ?? "load",
    ...(adjusted?.outcome === "undone" && ordered?.pseudonym !== undefined && { by: ordered.pseudonym }),
    ...(retentionDays !== undefined && { retentionDays }),
  };
  await claimBeside(aws, pack, { name: "minimum", value: at, isClaimed: (marked) => marked >= at });
}
