/** Which minima that were set between releases are told by no pack of evidence, and which packs tell of one that nobody has set. */
import { isOfMinimum, type ReadPack } from "./evidence-read.ts";
import { type ObservedCall, textOf } from "./observation.ts";

/** A minimum that took effect. */
export interface MinimumSeen {
  readonly seen: ObservedCall;
  /** As Application Auto Scaling names it. */
  readonly resource: string;
  readonly min: unknown;
  /** Whether it was another before. */
  readonly changed: boolean;
}

export const minimumSeen = (seen: ObservedCall, changed: boolean): MinimumSeen => ({
  seen,
  resource: textOf(seen.call, "ResourceId"),
  min: seen.call.input.MinCapacity,
  changed,
});

/** No Lambda of ours lives longer. */
const longestLambdaMs = 90_000;

/**
 * Each pack tells of one call at most, in the order of both; one that says that it was seen to take effect before one that only says
 * that it was begun, since whoever died before their call has the next look begin anew within seconds.
 */
export function minimaUntold(
  sets: readonly MinimumSeen[],
  packs: readonly ReadPack[],
): { readonly untold: MinimumSeen[]; readonly invented: ReadPack[] } {
  const left = packs.filter(isOfMinimum);
  const untold = sets.filter((set) => {
    const isSeen = left.findIndex((pack) => pack.what === "adjusted" && tells(pack, set));
    const nth = isSeen >= 0 ? isSeen : left.findIndex((pack) => tells(pack, set));
    if (nth >= 0) left.splice(nth, 1);
    return nth < 0 && set.changed;
  });
  return { untold, invented: left.filter(({ what }) => what === "adjusted") };
}

function tells({ resource, since, at, after }: ReadPack, { seen, resource: set, min }: MinimumSeen): boolean {
  const { at: atMs } = seen.call;
  const isThen = atMs >= Date.parse(since) && atMs <= Date.parse(at) + longestLambdaMs;
  return isThen && resource?.name === set && "min" in after && after.min === min;
}
