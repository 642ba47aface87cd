/** Writes down how a release has ended: in its record, in the history, which keeps no release from its end, and in its metrics. */
import type { Change } from "../core/release/change.ts";
import type { Closing } from "../core/release/closing.ts";
import type { JournalEntry } from "../core/release/journal.ts";
import { measuresOfClosing } from "../core/release/measures.ts";
import { pastOf, type SeenAtClosing } from "../core/release/past.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { type LookedBack, retrospectiveOf } from "../core/release/retrospective.ts";
import { epochMs } from "../core/units.ts";
import { notePast } from "./history.ts";
import { journalOf } from "./journal.ts";
import type { Tools } from "./lambda.ts";
import { closeRecord } from "./releases.ts";

interface Closed {
  readonly releaseId: string;
  readonly closing: Closing;
  readonly closedAt: string;
  readonly changes: readonly Change[];
  readonly seen?: SeenOfDocument | undefined;
}

/** What only the execution that closes it has seen, with sections of its document. */
export type SeenOfDocument = Omit<SeenAtClosing, "retrospective"> &
  Pick<LookedBack, "warmth" | "loadTest" | "judgement">;

/** Returns the release's record as it is then; undefined where there is none. */
export async function writeClosing(
  tools: Tools,
  { seen: { warmth, loadTest, judgement, ...seen } = {}, ...closed }: Closed,
): Promise<ReleaseRecord | undefined> {
  const record = await closeRecord(tools.aws, closed);
  const { closing, closedAt } = closed;
  // Of a release whose record somebody has deleted there is nothing to tell.
  if (record === undefined) return undefined;
  const journal = await journalFor(tools, record, closedAt);
  const retrospective = retrospectiveOf({ record, closedAt, warmth, loadTest, judgement, journal, ...seen });
  const past = pastOf(record, closing, { closedAt, ...seen, retrospective });
  await notePast(tools, past);
  for (const measure of measuresOfClosing(record.release, past)) tools.measure(measure);
  return record;
}

/** Chosen: what a release has told longer ago than this before its end is not looked back at, so that its end stays short. */
const lookedBackMs = 48 * 3_600_000;

/** Of a release that was planned. That it may not be read keeps no release from its end. */
async function journalFor(
  { aws, log }: Tools,
  { release, planning }: ReleaseRecord,
  closedAt: string,
): Promise<readonly JournalEntry[]> {
  if (planning === undefined) return [];
  const since = new Date(epochMs(closedAt) - lookedBackMs).toISOString();
  try {
    return (await journalOf(aws, release.id, since)).entries;
  } catch (error) {
    log.warn("a release's journal could not be read as it closed", {
      releaseId: release.id,
      error: error instanceof Error ? error : String(error),
    });
    return [];
  }
}
