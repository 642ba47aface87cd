/** The parts of a release, in time, as its endpoint went through them: what each of them cost can be told apart. */

import { isCall, type WorldEvent, type WorldView } from "#twin/world";
import type { ExpenseItem } from "../../core/cost/expenses.ts";
import type { Plan } from "../../core/plan/plan.ts";
import { endpointBefore, endpointOf, type Passage } from "./passages.ts";

interface Span {
  readonly item: ExpenseItem;
  /** Epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
  /** When it was over, where it is told of until later: of leaving, its update's end. */
  readonly overMs?: number;
}

export interface ReleasePart extends Span {
  /** Which of the fleets that stand one after the other, from 0: since the joining by raises, while it leaves as stable drains. */
  readonly fleet: number;
}

/** From the endpoint's first update until now, without gaps: nothing is raised before. Parts that a release did not come to are left out. */
export function partsOf(passage: Passage, { world, plan }: { world: WorldView; plan: Plan }): ReleasePart[] {
  const untilMs = world.nowMs;
  const entries = world.events.filter(({ atMs }) => atMs >= passage.startedMs && atMs <= untilMs);
  const {
    firstMs: joiningMs,
    joinedMs,
    leavingMs,
    leftMs,
  } = updates(entries, endpointOf(passage) ?? "", untilMs);
  const shifts = shiftsOf(entries, passage).filter(({ atMs }) => atMs < leavingMs);
  const firstMs = shifts[0]?.atMs ?? leavingMs;
  const parts: Span[] = [
    { item: "joining", fromMs: joiningMs, toMs: joinedMs },
    { item: "warming up", fromMs: joinedMs, toMs: firstMs },
    ...shifts.flatMap(({ atMs, forward }, i): Span[] => {
      const endMs = shifts[i + 1]?.atMs ?? leavingMs;
      const index = shifts.slice(0, i).filter((each) => each.forward).length;
      const plannedMs = forward ? (plan.rollout.stages[index]?.bakeMinutes ?? 0) * 60_000 : 0;
      const bakedMs = Math.min(atMs + plannedMs, endMs);
      return [
        { item: "bakes", fromMs: atMs, toMs: bakedMs },
        { item: "waits", fromMs: bakedMs, toMs: endMs },
      ];
    }),
    { item: "leaving", fromMs: leavingMs, overMs: leftMs, toMs: untilMs },
  ];
  const changes = countChanges(entries, endpointOf(passage) ?? "").filter((atMs) => atMs > joinedMs);
  const [raises, drains] = [
    changes.filter((atMs) => atMs < leavingMs),
    changes.filter((atMs) => atMs > leavingMs),
  ];
  return parts
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .flatMap((part) => cutAt(part, part.item === "leaving" ? drains : raises));
}

/** When counts of its variants were changed by calls, each moment once. */
function countChanges(entries: readonly WorldEvent[], endpoint: string): number[] {
  const changes = entries.filter(
    ({ kind, subject, by }) =>
      kind === "capacity" &&
      subject.startsWith(`${endpoint}/`) &&
      (isCall(by, "UpdateEndpoint") || isCall(by, "UpdateEndpointWeightsAndCapacities")),
  );
  return [...new Set(changes.map(({ atMs }) => atMs))];
}

/** As many parts as fleets stood meanwhile; what lies before its beginning has another already. */
function cutAt({ item, fromMs, toMs, overMs }: Span, atMs: readonly number[]): ReleasePart[] {
  const first = atMs.filter((each) => each <= fromMs).length;
  const cuts = atMs.filter((each) => each > fromMs && each < toMs);
  return [fromMs, ...cuts].map((startMs, nth) => {
    const endMs = cuts[nth] ?? toMs;
    const span = { item, fleet: first + nth, fromMs: startMs, toMs: endMs };
    return overMs === undefined ? span : { ...span, overMs: Math.max(startMs, Math.min(overMs, endMs)) };
  });
}

/**
 * The start of the first update of the endpoint and the end of the first that was not rolled back for want of instances; and
 * those of the last one where there are more.
 */
function updates(
  entries: readonly WorldEvent[],
  endpoint: string,
  untilMs: number,
): { firstMs: number; joinedMs: number; leavingMs: number; leftMs: number } {
  const statuses = entries.filter(({ kind, subject }) => kind === "status" && subject === endpoint);
  const starts = statuses.filter(({ by, to }) => isCall(by, "UpdateEndpoint") && to === "Updating");
  const isRolledBack = (update: WorldEvent): boolean =>
    statuses.find(({ atMs, from }) => atMs > update.atMs && from === "Updating")?.to === "RollingBack";
  const [first, last] = [starts[0], starts.at(-1)];
  const join = starts.find((update) => !isRolledBack(update)) ?? last;
  const endOf = (update: WorldEvent | undefined): number =>
    statuses.find(({ atMs, to }) => update !== undefined && atMs > update.atMs && to === "InService")?.atMs ??
    untilMs;
  const joinedMs = endOf(join);
  const leavingMs = Math.max(joinedMs, last === undefined || last === join ? untilMs : last.atMs);
  return {
    firstMs: first?.atMs ?? untilMs,
    joinedMs,
    leavingMs,
    leftMs: Math.max(leavingMs, endOf(last)),
  };
}

/** When the candidate's weight came into force anew, and whether it had traffic from then on. */
function shiftsOf(
  entries: readonly WorldEvent[],
  passage: Passage,
): { readonly atMs: number; readonly forward: boolean }[] {
  const name = endpointOf(passage) ?? "";
  const stable = new Set(endpointBefore(passage)?.variants.map((variant) => variant.name));
  return entries.flatMap((entry) => {
    if (entry.kind !== "weight") return [];
    const { subject, from = 0, to = 0, atMs } = entry;
    const [endpoint, variant = ""] = subject.split("/");
    if (endpoint !== name || stable.has(variant)) return [];
    return to > 0 || from > 0 ? [{ atMs, forward: to > 0 }] : [];
  });
}
