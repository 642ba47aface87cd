/**
 * Where a planner's hours inside releases come from: the clairvoyant's release, of which one thing after the other is done as the
 * planner does it. What each step adds is the price of that.
 */
import { timetableOf } from "./clairvoyant-release.ts";
import { lateMinutes } from "./planners.ts";
import type { Contender, Scene } from "./replay.ts";
import { highest } from "./trace.ts";
import type { PlannedRelease } from "./two-variants.ts";

/** The clairvoyant's stable, and another candidate beside it. */
export const besideClairvoyant = (
  scene: Scene,
  clairvoyant: Contender,
  release: (minute: number) => PlannedRelease | undefined,
): Contender => ({
  ...clairvoyant,
  release: (minute) => {
    // One that begins late is still that of its date; what stable has afterwards is by that one.
    const date = scene.releases.findLast((each) => each <= minute) ?? minute;
    const own = clairvoyant.release?.(date);
    const planned = release(minute) ?? own;
    if (planned === undefined) throw new Error(`no release was planned at minute ${minute}`);
    return planned;
  },
});

/** What a candidate is made large enough for: the loads under all traffic, those before it began too, or all until its end. */
type Loads = "at all traffic" | "and of late" | "of the release";

/** A candidate that is whole from the start, for loads that are known. */
export const sizedByLoads = (scene: Scene, which: Loads) => (minute: number) => {
  const { rules, loads, to } = scene;
  const { shares, end } = timetableOf(scene, minute);
  const full = shares[rules.stages.findIndex(({ share }) => share === 1)] ?? minute;
  const late = which === "and of late" ? highest(loads, minute - lateMinutes, minute) : 0;
  const ahead = highest(loads, which === "of the release" ? minute : full, Math.min(end, to));
  return { fleet: { instances: rules.needs(Math.max(late, ahead)) }, leadMinutes: 0 };
};
