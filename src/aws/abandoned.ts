/** Whether a release that is open died before it took its lock: nobody acts for it any more, and it has changed nothing. */
import type { ReleaseRecord } from "../core/release/record.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { isLeft } from "./executions.ts";
import { readLock } from "./lock-item.ts";

export async function isAbandoned(
  aws: Aws,
  release: ReleaseRecord["release"],
  nowMs: EpochMs,
): Promise<boolean> {
  const { holder, queue = [] } = await readLock(aws, release.subject);
  if (holder?.releaseId === release.id) return false;
  const place = queue.find(({ releaseId }) => releaseId === release.id);
  const waiting = place ?? { ...release, since: release.openedAt };
  return isLeft(aws, { holder: waiting, successor: place?.successor }, nowMs);
}
