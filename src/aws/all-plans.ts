/** The calendar of all plans of a deployment, and what in it is in each other's way. */
import { type AccountInUse, type Conflict, conflictsOf } from "../core/calendar/conflicts.ts";
import { type Occurrence, occurrencesOf, type TimeSpan } from "../core/calendar/occurrences.ts";
import { trainingPlansOf } from "../core/calendar/reservations.ts";
import { type ReservationEnd, reservationEnds } from "../core/calendar/reserved-dates.ts";
import { sharedEndpoints } from "../core/calendar/shared-endpoints.ts";
import { rememberedSince } from "../core/learning/forgetting.ts";
import { frozenToo } from "../core/plan/capacity-limits.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type Listing, unlisted } from "../core/plan/price-list.ts";
import { launchesOf, type PastRelease, summariesOf } from "../core/release/past.ts";
import { servingOn } from "../core/release/reserved-serving.ts";
import { epochMs } from "../core/units.ts";
import { limitsInForce } from "./capacity-limits.ts";
import type { Aws } from "./clients.ts";
import { failureOf } from "./errors.ts";
import { pastReleases } from "./history.ts";
import { plansInForce } from "./plans.ts";
import { listingAt } from "./price-list.ts";
import { reservationsSeen } from "./reservations.ts";
import { servingsSeen } from "./reserved-serving.ts";
import { quotaCode } from "./service-quotas.ts";
import { asTheyStand } from "./slipping.ts";
import { accountInUse, type SeenInUse } from "./use.ts";

export interface AllPlans {
  /** By their dates. */
  readonly occurrences: readonly Occurrence[];
  readonly conflicts: readonly Conflict[];
  /** When capacity that was bought before ends, by that. */
  readonly ends: readonly ReservationEnd[];
  /** One sentence each: what could not be looked at. */
  readonly unseen: readonly string[];
}

/**
 * `own` takes the place of its model's plan in force: that is what is to be seen before it is applied. Where nobody knows when
 * its next version comes, the quotas are held against one that comes at once.
 */
export async function allPlans(aws: Aws, span: TimeSpan, own?: Plan): Promise<AllPlans> {
  const { plans: inForce, unread } = await plansInForce(aws);
  const { past } = await pastReleases(aws, rememberedSince(span.fromMs));
  const others = await asTheyStand(
    aws,
    inForce.filter(({ model }) => model !== own?.model),
  );
  const plans = [...others.plans, ...(own === undefined ? [] : [own])];
  const limits = (await limitsInForce(aws))?.limits;
  const listing = await listingAt(aws, span.fromMs);
  const occurrences = plans.flatMap((plan) => occurrencesIn(plan, span, { past, listing })).sort(byDate);
  const anyDay = own === undefined ? [] : undated(own, span, { occurrences, listing });
  const all = [...occurrences, ...anyDay];
  const { unseen, refused, ...counted } = await inUse(aws, all, plans);
  const bought = await boughtBefore(aws, plans);
  const use = { ...counted, reservations: bought.seen };
  const frozen = plans.map((plan) => ({ ...plan, freezes: frozenToo(plan.freezes, limits) }));
  const conflicts = [
    ...sharedEndpoints(plans),
    ...conflictsOf(frozen, occurrences, use),
    ...conflictsOf(frozen, anyDay, use).filter(({ what }) => what === "quota" || what === "reservation"),
  ];
  return {
    occurrences,
    conflicts: await withCodes(aws, conflicts),
    ends: reservationEnds(bought.seen, span, { plans, serving: bought.serving }),
    unseen: [
      ...unread.map((model) => `the plan of ${model} is of another version of slipway, and left out`),
      ...others.unseen,
      ...(unseen.length === 0
        ? []
        : [`not counted, since they may not be looked at: endpoints ${unseen.join(", ")}`]),
      ...refused,
      ...(listing.refused === undefined ? [] : [listing.refused]),
      ...bought.unseen,
    ],
  };
}

/** The dates of all plans are worth knowing where the account's quotas may not be looked at, too. */
async function inUse(
  aws: Aws,
  occurrences: readonly Occurrence[],
  plans: readonly Plan[],
): Promise<SeenInUse> {
  try {
    return await accountInUse(aws, occurrences, plans);
  } catch (error) {
    const known = failureOf(error);
    const refused = `not held against quotas, since they could not be looked at: ${known.message}`;
    return { quota: none, elsewhere: none, unseen: [], refused: [refused] };
  }
}

/** What plans name of it, and what was promoted on it. */
async function boughtBefore(aws: Aws, plans: readonly Plan[]) {
  const { servings, unread, refused } = await servingsSeen(aws);
  const serving = servingOn(servings);
  const looked = await reservationsSeen(aws, [...plans.flatMap(trainingPlansOf), ...serving.keys()]);
  const unseen = unread.map(
    (id) => `on what ${id} serves was written by another version of slipway, and is left out`,
  );
  return { serving, seen: looked.seen, unseen: [...looked.unseen, ...unseen, ...refused] };
}

/** With what a request for more of a quota has to name. */
async function withCodes(aws: Aws, conflicts: readonly Conflict[]): Promise<Conflict[]> {
  const codes = new Map<string, string | undefined>();
  for (const conflict of conflicts) {
    if (conflict.what !== "quota") continue;
    const { use, instanceType } = conflict;
    const key = `${use} ${instanceType}`;
    if (!codes.has(key)) codes.set(key, await quotaCode(aws, use, instanceType));
  }
  return conflicts.map((conflict) => {
    if (conflict.what !== "quota") return conflict;
    const code = codes.get(`${conflict.use} ${conflict.instanceType}`);
    return code === undefined ? conflict : { ...conflict, quotaCode: code };
  });
}

/** A release of a plan as if it began now, where none is in its calendar. */
function undated(
  plan: Plan,
  { fromMs, toMs }: TimeSpan,
  { occurrences, listing }: { readonly occurrences: readonly Occurrence[]; readonly listing: Listing },
): Occurrence[] {
  if (occurrences.some(({ model, kind }) => model === plan.model && kind === "production")) return [];
  return occurrencesOf(plan, { fromMs, toMs }, { launches: [], expectedMs: fromMs, listing }).filter(
    ({ isTentative }) => isTentative,
  );
}

/** The same of one plan by itself, of which nothing but its file is known. */
export function onePlan(plan: Plan, span: TimeSpan): AllPlans {
  const occurrences = occurrencesIn(plan, span, { past: [], listing: unlisted });
  const use: AccountInUse = { quota: none, elsewhere: none };
  return { occurrences, conflicts: conflictsOf([plan], occurrences, use), ends: [], unseen: [] };
}

const none = {
  "endpoint usage": {},
  "training job usage": {},
  "training warm pool usage": {},
  "cluster usage": {},
};
const byDate = (one: Occurrence, other: Occurrence) => one.dueMs - other.dueMs;

/** Chosen: by these days a cadence is told. */
const cadenceDays = 90;

/** A release without a date is expected where the cadence of those before says so. */
function occurrencesIn(
  plan: Plan,
  span: TimeSpan,
  { past, listing }: { readonly past: readonly PastRelease[]; readonly listing: Listing },
): Occurrence[] {
  const since = new Date(span.fromMs - cadenceDays * 86_400_000).toISOString();
  const own = past.filter(({ model, openedAt }) => model === plan.model && openedAt >= since);
  const expectedAt = summariesOf(own, cadenceDays)[0]?.expectedAt ?? null;
  const expectedMs = expectedAt === null ? undefined : epochMs(expectedAt);
  return occurrencesOf(plan, span, { launches: launchesOf(past, span.fromMs), expectedMs, listing });
}
