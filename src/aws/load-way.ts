/** Times the way to an endpoint and back from where this runs, by a few requests that reach no model. */
import { wayMatters, wayMsOf } from "../core/load/way.ts";
import type { Aws } from "./clients.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** So many, so many of them at a time, and for so long at most: whoever sends beside others is to be there with them. */
const [wanted, atOnce, longestMs] = [60, 4, 2_000];
/** So often something else may come back, until it is taken for what always will. */
const mostMissed = 3;

/** Milliseconds that are to be taken off what a request took; none where they are no matter, or cannot be told. */
export async function wayTo(
  aws: Aws,
  { endpoint, limitMs }: { readonly endpoint: string; readonly limitMs: number },
): Promise<number> {
  if (!wayMatters(limitMs)) return 0;
  const { nowMs: now } = aws.pacing;
  const platform = servingPlatform(aws);
  const untilMs = now() + longestMs;
  const taken: number[] = [];
  let [left, missed] = [wanted, 0];
  const work = async () => {
    while (left > 0 && now() < untilMs) {
      left -= 1;
      const took = await platform.way({ endpoint, now, patienceMs: longestMs });
      if (took !== undefined) taken.push(took);
      else if (++missed > mostMissed) left = 0;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return wayMsOf(taken, limitMs);
}
