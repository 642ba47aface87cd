/** How long evidence is kept. */
import type { Pack } from "./pack.ts";

/** Chosen where no plan says it: as long as a release's journal. */
const assumedDays = 400;

/** When a pack's object may go, epoch milliseconds. It counts from the change, so that whoever stores it says the same. */
export const retainedUntil = (pack: Pack): number =>
  Date.parse(pack.at) + (retentionDaysOf(pack) ?? assumedDays) * 86_400_000;

const retentionDaysOf = (pack: Pack): number | undefined => {
  if (pack.what === "glass-broken") return pack.retentionDays;
  return "release" in pack ? pack.release.retentionDays : undefined;
};
