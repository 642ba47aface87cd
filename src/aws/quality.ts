/** The items of versions that are watched for their quality: one for each, kept once its watch is over as well. */
import * as z from "zod";
import { Quality } from "../core/plan/quality.ts";
import { beginWatch, QualityWatch } from "../core/release/quality-watch.ts";
import type { Held } from "../core/release/undoing.ts";
import type { Aws } from "./clients.ts";
import { refusalOf } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { beginItem, writeNext, writtenItems } from "./written-items.ts";

const partition = "quality";

/** All that are kept, by release; what another version wrote and this one cannot read is named. */
export async function qualityWatches(
  aws: Aws,
): Promise<{ readonly watches: QualityWatch[]; readonly unread: string[] }> {
  const { items, unread } = await writtenItems(aws, partition, QualityWatch);
  return { watches: items, unread };
}

/** Writes the next state down. @throws LedgerContended where another was written since it was read. */
export const keepQuality = (aws: Aws, item: QualityWatch): Promise<QualityWatch> =>
  writeNext(aws, partition, { item, what: "quality" });

/** What of a plan says that it is: whatever code wrote the rest. */
const Watching = z.object({ quality: Quality });

/**
 * Has a version watched from its promotion on, where its plan says so; doing it twice is doing it once. That it may not be written
 * down keeps no release from its end.
 */
export async function watchQuality(
  { aws, log }: Pick<Tools, "aws" | "log">,
  { id: releaseId, subject, milestone = "", model, version }: Held,
  { plan, openedAt, closedAt }: { plan: unknown; openedAt: string; closedAt: string },
): Promise<void> {
  const asked = Watching.safeParse(plan);
  // What was promoted in staging serves nobody.
  if (!asked.success || milestone === "staging" || model === undefined || version === undefined) return;
  const { quality } = asked.data;
  const watch = beginWatch({ releaseId, model, version, subject, milestone, quality, openedAt, closedAt });
  try {
    await beginItem(aws, partition, watch);
  } catch (error) {
    const known = refusalOf(error);
    log.warn("the quality of a version is not watched", { releaseId, error: known });
  }
}
