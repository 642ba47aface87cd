/**
 * What is leased stays there for as long as it is leased: no call of ours asks for less of it than the largest lease that
 * is live, and no bounds of ours have Application Auto Scaling do so. What somebody else has made of it is theirs.
 */
import type { WorldEvent } from "#twin/world";
import type { CheckContext } from "./check-context.ts";
import type { ObservedCall } from "./observation.ts";

export interface LeasesInForce {
  /** One sentence for each thing of which a call of ours has asked for too little. */
  onCall(seen: ObservedCall): readonly string[];
  /** The same of what the world has done since, at the wish of bounds. */
  onWorld(entry: WorldEvent): readonly string[];
}

export function createInForce({ shared, outside }: Pick<CheckContext, "shared" | "outside">): LeasesInForce {
  function lowered({ kind, subject, from, to }: WorldEvent) {
    if (kind !== "scalable" || from === undefined || to === undefined || to >= from) return undefined;
    const leased = shared.leased(subject);
    if (leased === undefined || to >= leased.atLeast) return undefined;
    const what = `${subject} was lowered from ${from} to ${to} while ${leased.atLeast} of it are leased`;
    return { what, resource: leased.resource };
  }
  return {
    onCall: ({ frame, caused }) =>
      frame === undefined ? [] : caused.flatMap((entry) => lowered(entry)?.what ?? []),
    onWorld(entry) {
      const found = lowered(entry);
      return found === undefined || outside.touched(found.resource) !== undefined ? [] : [found.what];
    },
  };
}
