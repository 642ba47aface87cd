/** The items of promoted versions that serve on capacity that was bought before, and the look at whether they still do. */
import * as z from "zod";
import { endOf } from "../core/calendar/reservations.ts";
import { SlipwayError } from "../core/errors.ts";
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import { dueNotice, endingText, ReservedServing } from "../core/release/reserved-serving.ts";
import { endpointOf, type Held } from "../core/release/undoing.ts";
import type { Aws } from "./clients.ts";
import { named, refusalOf } from "./errors.ts";
import { publish } from "./event-bridge.ts";
import type { Tools } from "./lambda.ts";
import { servingPlatform } from "./serving/platforms.ts";
import { beginItem, writeNext, writtenItems } from "./written-items.ts";

const partition = "reserved";

/** All that are kept, by release; what another version wrote and this one cannot read is named. */
export async function reservedServings(
  aws: Aws,
): Promise<{ readonly servings: ReservedServing[]; readonly unread: string[] }> {
  const { items, unread } = await writtenItems(aws, partition, ReservedServing);
  return { servings: items, unread };
}

/** The same for whoever may not see them: that goes without, and is told so, a sentence. */
export async function servingsSeen(
  aws: Aws,
): Promise<Awaited<ReturnType<typeof reservedServings>> & { readonly refused: readonly string[] }> {
  try {
    return { ...(await reservedServings(aws)), refused: [] };
  } catch (error) {
    const known = refusalOf(error);
    return {
      servings: [],
      unread: [],
      refused: [`what serves on reserved capacity may not be looked at: ${known.message}`],
    };
  }
}

/** What of a release's planning says on what it was promoted: whatever code wrote the rest. */
const Planned = z.object({
  needs: z.object({ candidate: z.object({ reserved: z.object({ trainingPlan: z.string() }) }) }),
});

/**
 * Notes what was promoted on such capacity, so that its end is told; doing it twice is doing it once. That it may not be written down
 * keeps no release from its end.
 */
export async function noteReserved(
  { aws, log }: Pick<Tools, "aws" | "log">,
  { id: releaseId, subject, milestone = "", model, version }: Held,
  { planning, closedAt }: { planning: unknown; closedAt: string },
): Promise<void> {
  const planned = Planned.safeParse(planning);
  if (!planned.success || model === undefined || version === undefined) return;
  const { trainingPlan } = planned.data.needs.candidate.reserved;
  const item = { releaseId, model, version, subject, milestone, trainingPlan, since: closedAt, written: 0 };
  try {
    await beginItem(aws, partition, item);
  } catch (error) {
    const known = refusalOf(error);
    log.warn("nobody will be told as its reserved capacity ends", { releaseId, error: known });
  }
}

/** Looks at one among all; a sentence of what came of it, undefined where nothing did. */
export async function lookAtReserved(
  tools: Tools,
  one: ReservedServing,
  all: readonly ReservedServing[],
): Promise<string | undefined> {
  const { aws, now } = tools;
  const at = new Date(now()).toISOString();
  const gone = supersededBy(one, all) ?? (await leftBy(aws, one));
  if (gone !== undefined) {
    await keep(aws, { ...one, end: { at, ...gone } });
    return `${one.releaseId}: ${gone.reason}`;
  }
  const view = await servingPlatform(aws).reserved(one.trainingPlan);
  const endMs = view && endOf(view, now());
  // Of one that is not there any more the end that was seen last stands.
  const endsAt = endMs === undefined ? one.seen?.endsAt : new Date(endMs).toISOString();
  if (endsAt === undefined)
    return `${one.releaseId}: training plan ${trainingPlanName(one.trainingPlan)} is not known`;
  const seen = { ...one, seen: { at, endsAt } };
  const hours = dueNotice(seen, now());
  if (hours === undefined) {
    await keep(aws, seen);
    return undefined;
  }
  // Delivery is at least once: it is told before that is written down.
  const reason = endingText(one, { endsAt, nowMs: now() });
  const { releaseId: id, subject, model, version, milestone } = one;
  const outcome = hours === 0 ? "ended" : "ending";
  await publish(tools, { id, subject, model, version, milestone }, { state: "reservation", outcome, reason });
  await keep(aws, { ...seen, told: { at, hoursAhead: hours, endsAt } });
  return `${one.releaseId}: ${reason}`;
}

/** @throws LedgerContended where another was written since it was read. */
const keep = (aws: Aws, item: ReservedServing): Promise<ReservedServing> =>
  writeNext(aws, partition, { item, what: "reserved capacity" });

type Gone = Omit<NonNullable<ReservedServing["end"]>, "at">;

/** A later promotion of the endpoint on such capacity is the one to be told of. */
function supersededBy(one: ReservedServing, all: readonly ReservedServing[]): Gone | undefined {
  const later = all.find(({ subject, since }) => subject === one.subject && since > one.since);
  return later && { outcome: "superseded", reason: `${later.releaseId} was promoted since` };
}

/** Whether the endpoint is on it no more. While it moves nothing is told by that: it may go back. */
async function leftBy(aws: Aws, { subject, trainingPlan }: ReservedServing): Promise<Gone | undefined> {
  const found = await endpointThere(aws, endpointOf({ subject }) ?? "");
  const left = (how: string): Gone => ({ outcome: "left", reason: `${subject} ${how}` });
  if (found === undefined) return left("is there no more");
  if (found.status !== "InService") return undefined;
  // Of one whose configuration somebody has deleted nobody knows, and it serves.
  const on = found.variants.some((one) => one.reservation === trainingPlan || one.instanceType === "");
  return on ? undefined : left(`is on training plan ${trainingPlanName(trainingPlan)} no more`);
}

async function endpointThere(aws: Aws, endpoint: string) {
  try {
    return await servingPlatform(aws).look(endpoint);
  } catch (error) {
    const known = named(error);
    if (known instanceof SlipwayError && known.name === "NotFound") return undefined;
    throw error;
  }
}
