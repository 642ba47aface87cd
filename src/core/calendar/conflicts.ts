/** Where the milestones of several plans are in each other's way, weeks before: endpoints, quotas, money, freezes, people, what was bought. */
import type { InstancesByType, QuotaUse } from "../feasibility/feasibility.ts";
import { isOnServing, releasedPlans, releasesVersion } from "../plan/milestone-plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { EpochMs } from "../units.ts";
import { askedAtOnce, type PeopleConflict } from "./asked-at-once.ts";
import type { Occurrence, TimeSpan } from "./occurrences.ts";
import type { ReservationSeen } from "./reservations.ts";
import { onReservations, type ReservationConflict } from "./reserved-dates.ts";
import type { SharedEndpoint } from "./shared-endpoints.ts";

/** Instances by instance type, of each use that has a quota. */
export type InstancesByUse = Readonly<Record<QuotaUse, InstancesByType>>;

export type Conflict = SharedEndpoint | DatedConflict;

export type DatedConflict =
  | ReservationConflict
  | PeopleConflict
  | (TimeSpan & { readonly who: readonly Occurrence[] } & (
        | { readonly what: "endpoint"; readonly subject: string }
        | {
            readonly what: "quota";
            readonly use: QuotaUse;
            readonly instanceType: string;
            /** The most at one time, beside what the account has. */
            readonly needed: number;
            readonly quota: number;
            /** By which a request for more names it, where somebody has looked. */
            readonly quotaCode?: string;
          }
        | {
            readonly what: "budget";
            readonly model: string;
            readonly usd: number;
            readonly budgetUsd: number;
          }
        | { readonly what: "freeze"; readonly reason: string }
        /** Of production that starts while staging of its version is under way; the span is how long it waits. */
        | { readonly what: "order" }
      ));

export interface AccountInUse {
  /** A type whose quota is not known is not looked at. */
  readonly quota: InstancesByUse;
  /** What is in use by others than the plans. */
  readonly elsewhere: InstancesByUse;
  /** Capacity that was bought before, as far as it was looked at. */
  readonly reservations?: readonly ReservationSeen[];
}

/** Whom a conflict is about: models, one for each of their milestones that has a part in it. */
export const modelsIn = (conflict: Conflict): string[] =>
  (conflict.what === "shared-endpoint" ? conflict.by : conflict.who).map(({ model }) => model);

/** By the time at which each begins. */
export function conflictsOf(
  plans: readonly Plan[],
  occurrences: readonly Occurrence[],
  account: AccountInUse,
): DatedConflict[] {
  return [
    ...onOneEndpoint(occurrences),
    ...overQuota(plans, occurrences, account),
    ...overBudget(plans, occurrences),
    ...frozen(plans, occurrences),
    ...beforeStaging(plans, occurrences),
    ...askedAtOnce(plans, occurrences),
    ...onReservations(plans, occurrences, account.reservations ?? []),
  ].sort((one, other) => one.fromMs - other.fromMs);
}

/** Of the releases on one endpoint, each with the one that ends last of those before it. */
function onOneEndpoint(occurrences: readonly Occurrence[]): DatedConflict[] {
  const bySubject = Map.groupBy(occurrences, ({ subject }) => subject);
  return [...bySubject].flatMap(([subject, all]) => {
    const inOrder = all.toSorted((one, other) => one.fromMs - other.fromMs);
    let longest: Occurrence | undefined;
    return inOrder.flatMap((next): DatedConflict[] => {
      const before = longest;
      if (before === undefined || next.untilMs > before.untilMs) longest = next;
      if (before === undefined || before.untilMs <= next.fromMs) return [];
      const toMs = Math.min(before.untilMs, next.untilMs);
      return [{ what: "endpoint", subject, fromMs: next.fromMs, toMs, who: [before, next] }];
    });
  });
}

interface Quota {
  readonly use: QuotaUse;
  readonly instanceType: string;
  readonly limit: number;
  /** What is there at any time. */
  readonly base: number;
}

function overQuota(
  plans: readonly Plan[],
  occurrences: readonly Occurrence[],
  { quota, elsewhere }: AccountInUse,
): DatedConflict[] {
  const steady = steadyOf(plans);
  const keyOf = (use: QuotaUse, instanceType: string) => `${use} ${instanceType}`;
  const raises = occurrences.flatMap((of) => of.raised.map((raised) => ({ of, ...raised })));
  const byQuota = Map.groupBy(raises, ({ use, instanceType }) => keyOf(use, instanceType));
  return (Object.keys(quota) as QuotaUse[]).flatMap((use) =>
    Object.entries(quota[use]).flatMap(([instanceType, limit]) => {
      const own = use === "endpoint usage" ? (steady.get(instanceType) ?? 0) : 0;
      const base = own + (elsewhere[use][instanceType] ?? 0);
      return beyond(byQuota.get(keyOf(use, instanceType)) ?? [], { use, instanceType, limit, base });
    }),
  );
}

/** Between releases, each endpoint once, whichever plans are on it; `but` are names of endpoints that are left out. */
export function steadyOf(plans: readonly Plan[], but: readonly string[] = []): Map<string, number> {
  const all = plans.flatMap(releasedPlans).map(({ endpoint }) => endpoint);
  const endpoints = all.filter(({ name }) => !but.includes(name));
  const once = new Map(endpoints.map((endpoint) => [endpoint.name, endpoint]));
  const sums = new Map<string, number>();
  for (const { instanceType, instances } of once.values())
    sums.set(instanceType, (sums.get(instanceType) ?? 0) + instances);
  return sums;
}

/** The spans in which more is needed than the quota allows, each with everybody who takes part in it. */
function beyond(
  raises: readonly { readonly of: Occurrence; readonly instances: number }[],
  { use, instanceType, limit, base }: Quota,
): DatedConflict[] {
  const moments = raises.flatMap(({ of, instances }) => [
    { atMs: of.fromMs, of, instances },
    { atMs: of.untilMs, of, instances: -instances },
  ]);
  // What ends as another begins is out of its way.
  moments.sort((one, other) => one.atMs - other.atMs || one.instances - other.instances);
  const active = new Set<Occurrence>();
  const found: DatedConflict[] = [];
  let sum = base;
  let open: { fromMs: EpochMs; needed: number; who: Set<Occurrence> } | undefined;
  for (const { atMs, of, instances } of moments) {
    sum += instances;
    if (instances > 0) active.add(of);
    else active.delete(of);
    if (sum > limit && active.size > 0) {
      open ??= { fromMs: atMs, needed: 0, who: new Set() };
      open.needed = Math.max(open.needed, sum);
      for (const each of active) open.who.add(each);
    } else if (open !== undefined) {
      const { fromMs, needed, who } = open;
      found.push({
        what: "quota",
        use,
        instanceType,
        needed,
        quota: limit,
        fromMs,
        toMs: atMs,
        who: [...who],
      });
      open = undefined;
    }
  }
  return found;
}

/** By the month, in UTC, in which a milestone is due. */
function overBudget(plans: readonly Plan[], occurrences: readonly Occurrence[]): DatedConflict[] {
  const byModel = Map.groupBy(occurrences, ({ model }) => model);
  return plans.flatMap(({ model, budget }) => {
    const { usdPerMonth } = budget;
    if (usdPerMonth === undefined) return [];
    const byMonth = Map.groupBy(byModel.get(model) ?? [], ({ dueMs }) =>
      new Date(dueMs).toISOString().slice(0, 7),
    );
    return [...byMonth].flatMap(([month, who]): DatedConflict[] => {
      const usd = who.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0);
      if (usd <= usdPerMonth) return [];
      const [year = 0, ordinal = 1] = month.split("-").map(Number);
      const [fromMs, toMs] = [Date.UTC(year, ordinal - 1), Date.UTC(year, ordinal)];
      return [{ what: "budget", model, usd, budgetUsd: usdPerMonth, fromMs, toMs, who }];
    });
  });
}

/** In a freeze of its plan no stage of a release starts on what serves. */
function frozen(plans: readonly Plan[], occurrences: readonly Occurrence[]): DatedConflict[] {
  const production = Map.groupBy(
    occurrences.filter(({ kind }) => isOnServing(kind)),
    ({ model }) => model,
  );
  return plans.flatMap(({ model, freezes }) =>
    freezes.windows.flatMap(({ from, to, reason }) => {
      const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
      return (production.get(model) ?? []).flatMap((one): DatedConflict[] =>
        one.fromMs < toMs && one.untilMs > fromMs
          ? [
              {
                what: "freeze",
                reason,
                fromMs: Math.max(fromMs, one.fromMs),
                toMs: Math.min(toMs, one.untilMs),
                who: [one],
              },
            ]
          : [],
      );
    }),
  );
}

/** What has not passed staging waits: each date of production, or of a patch, with the last one of staging that is no later. */
function beforeStaging(plans: readonly Plan[], occurrences: readonly Occurrence[]): DatedConflict[] {
  const staged = new Set(plans.filter((plan) => releasesVersion(plan, "staging")).map(({ model }) => model));
  const byModel = Map.groupBy(
    occurrences.filter(({ model }) => staged.has(model)),
    ({ model }) => model,
  );
  return [...byModel.values()].flatMap((all) => {
    const staging = all.filter(({ kind }) => kind === "staging");
    return all.flatMap((one): DatedConflict[] => {
      if (!isOnServing(one.kind) || one.isTentative) return [];
      const last = staging.findLast(({ dueMs }) => dueMs <= one.dueMs);
      if (last === undefined || last.untilMs <= one.fromMs) return [];
      return [{ what: "order", fromMs: one.fromMs, toMs: last.untilMs, who: [last, one] }];
    });
  });
}
