/** The items of spikes that are to come at low hours after a promotion: one for each release, kept once it is over as well. */
import * as z from "zod";
import { LaterSpike } from "../core/release/later-spike.ts";
import { type OwnRequests, spikesSentTo } from "../core/release/own-load.ts";
import type { Held } from "../core/release/undoing.ts";
import type { Aws } from "./clients.ts";
import { refusalOf } from "./errors.ts";
import type { Tools } from "./lambda.ts";
import { beginItem, writeNext, writtenItems } from "./written-items.ts";

const partition = "spike";

/** All that are kept, by release; what another version wrote and this one cannot read is named. */
export async function laterSpikes(
  aws: Aws,
): Promise<{ readonly spikes: LaterSpike[]; readonly unread: string[] }> {
  const { items, unread } = await writtenItems(aws, partition, LaterSpike);
  return { spikes: items, unread };
}

/** When spikes were sent to an endpoint: what came then is no traffic. */
export const spikesSent = async (aws: Aws, endpoint: string): Promise<OwnRequests[]> =>
  spikesSentTo(`endpoint/${endpoint}`, (await laterSpikes(aws)).spikes);

/** Writes the next state down. @throws LedgerContended where another was written since it was read. */
export const keepSpike = (aws: Aws, item: LaterSpike): Promise<LaterSpike> =>
  writeNext(aws, partition, { item, what: "spike" });

/** What of a plan asks for one: whatever code wrote the rest. */
const Asking = z.object({
  loadTest: z.object({ spike: LaterSpike.shape.spike }),
  requirements: z.object({ peakRequestsPerSecond: z.number() }),
});
/** What of a release's planning says for how much its fleet was sized. */
const Sized = z.object({ needs: z.object({ designRequestsPerSecond: z.number().positive() }) });

/**
 * Has a spike come at low hours, from a promotion on, where its plan says so; doing it twice is doing it once. That it may not be
 * written down keeps no release from its end.
 */
export async function awaitSpike(
  { aws, log }: Pick<Tools, "aws" | "log">,
  { id: releaseId, subject, milestone = "", model, version }: Held,
  { plan, planning, closedAt }: { plan: unknown; planning: unknown; closedAt: string },
): Promise<void> {
  const asking = Asking.safeParse(plan);
  // What was promoted in staging serves nobody.
  if (!asking.success || milestone === "staging" || model === undefined || version === undefined) return;
  const { loadTest, requirements } = asking.data;
  const sized = Sized.safeParse(planning);
  const spike: LaterSpike = {
    releaseId,
    model,
    version,
    subject,
    milestone,
    since: closedAt,
    written: 0,
    spike: loadTest.spike,
    requestsPerSecond: sized.success
      ? sized.data.needs.designRequestsPerSecond
      : requirements.peakRequestsPerSecond,
  };
  try {
    await beginItem(aws, partition, spike);
  } catch (error) {
    const known = refusalOf(error);
    log.warn("no spike is to come at low hours", { releaseId, error: known });
  }
}
