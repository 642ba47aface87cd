/** Writes down how a release has ended: in its record, in the history, which keeps no release from its end, and in its metrics. */
import type { Change } from "../core/release/change.ts";
import type { Closing } from "../core/release/closing.ts";
import { measuresOfClosing } from "../core/release/measures.ts";
import { pastOf, type SeenAtClosing } from "../core/release/past.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { notePast } from "./history.ts";
import type { Tools } from "./lambda.ts";
import { closeRecord } from "./releases.ts";

interface Closed {
  readonly releaseId: string;
  readonly closing: Closing;
  readonly closedAt: string;
  readonly changes: readonly Change[];
  readonly seen?: SeenAtClosing | undefined;
}

/** Returns the release's record as it is then; undefined where there is none. */
export async function writeClosing(
  tools: Tools,
  { seen, ...closed }: Closed,
): Promise<ReleaseRecord | undefined> {
  const record = await closeRecord(tools.aws, closed);
  const { closing, closedAt } = closed;
  // Of a release whose record somebody has deleted there is nothing to tell.
  if (record === undefined) return undefined;
  const past = pastOf(record, closing, { closedAt, ...seen });
  await notePast(tools, past);
  for (const measure of measuresOfClosing(record.release, past)) tools.measure(measure);
  return record;
}
