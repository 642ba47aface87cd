/** A release of training capacity that has closed, in this month, and holds its pool or has given it back. */
import { keepPast } from "../../src/aws/history.ts";
import { noteLease } from "../../src/aws/leases.ts";
import { claimRelease, closeRecord } from "../../src/aws/releases.ts";
import { pastOf } from "../../src/core/release/past.ts";
import { releaseOf } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import type { ServedAccount } from "./served-account.ts";

const hour = 3_600_000;
const now = Date.now();
/** Two hours ago, or where this month begins. */
export const opened = new Date(
  Math.max(Date.parse(`${new Date(now).toISOString().slice(0, 7)}-01T00:00:00Z`), now - 2 * hour),
).toISOString();
export const since = (hours: number): string => new Date(Date.parse(opened) + hours * hour).toISOString();

/** Its closing is half an hour after its opening; without a moment it holds nothing any more. */
export async function pool({ aws }: Pick<ServedAccount, "aws">, until: string | undefined): Promise<void> {
  const release = releaseOf(0, {
    ...{ id: "chat-assistant-training", milestone: "training", subject: "pool/chat-assistant/training" },
    openedAt: opened,
  });
  const closing = { outcome: "done" as const, reason: "", releaseId: release.id, drifted: [] };
  await claimRelease(aws, release, { ...plan, prices: { "ml.g5.12xlarge": 3 } });
  await closeRecord(aws, { releaseId: release.id, closing, closedAt: since(0.5), changes: [] });
  await keepPast(aws, pastOf({ release }, closing, { closedAt: since(0.5) }));
  if (until !== undefined) await noteLease(aws, { releaseId: release.id, until });
}
