/** How long evidence is kept. */
import type { EpochMs } from "../units.ts";
import type { Pack } from "./pack.ts";

/** Chosen where no plan says it: as long as a release's journal. */
const assumedDays = 400;

/** When a pack's object may go, epoch milliseconds. It counts from the change, so that whoever stores it says the same. */
export const retainedUntil = (pack: Pack): number => keptUntil(Date.parse(pack.at), retentionDaysOf(pack));

/** When something of a moment may go that is kept for so many days, epoch milliseconds. */
export const keptUntil = (atMs: EpochMs, days = assumedDays): EpochMs => atMs + days * 86_400_000;

export const retentionDaysOf = (pack: Pack): number | undefined => {
  if ("release" in pack) return pack.release.retentionDays;
  return pack.what === "untold" ? undefined : pack.retentionDays;
};
