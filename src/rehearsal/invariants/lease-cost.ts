/**
 * What a release's own leases cost at its plan's prices: units above what stood before it, for as long as it had them leased,
 * and for what a step is planned to take. What a policy has there beyond them is not the release's, nor what others lease.
 */
import type { Percent } from "../../core/units.ts";
import { type Listed, listedOf, neededAt } from "./alongside.ts";
import type { CheckContext } from "./check-context.ts";
import type { Passage } from "./passages.ts";

type LeaseContext = Pick<CheckContext, "world" | "planOf" | "shared">;

/** With a share of the traffic, for so long. */
export interface Ahead {
  readonly percent: Percent;
  readonly minutes: number;
}

/** Until now, US dollars; undefined where the plan lists nothing with a price. */
export function leasedUsd(passage: Passage, context: LeaseContext): number | undefined {
  const all = pricedOf(passage, context);
  return all.length === 0 ? undefined : sumOf(all.map((one) => untilNow(one, context.world.nowMs)));
}

/** What it leases by then, or needs for a share that it is about to be given, US dollars. */
export function leasesAheadUsd(passage: Passage, context: LeaseContext, ahead: readonly Ahead[]): number {
  return sumOf(
    pricedOf(passage, context).flatMap(({ entry, usdPerUnitHour, before, stood, history }) =>
      ahead.map(({ percent, minutes }) => {
        const units = Math.max(neededAt(entry, percent, before), history.at(-1)?.minimum ?? 0);
        return ((Math.max(0, units - stood) * minutes) / 60) * usdPerUnitHour;
      }),
    ),
  );
}

interface Priced extends Listed {
  readonly usdPerUnitHour: number;
  /** Its capacity before, the larger where it has moved between the release's beginning and its first lease. */
  readonly stood: number;
  readonly history: ReturnType<CheckContext["shared"]["leasedBy"]>;
}

function pricedOf(passage: Passage, context: LeaseContext): Priced[] {
  const { shared } = context;
  return listedOf(passage, context).flatMap((listed): Priced[] => {
    const { entry, resource, before } = listed;
    const { usdPerUnitHour } = entry;
    if (usdPerUnitHour === undefined) return [];
    const history = shared
      .leasedBy(passage.releaseId, resource)
      .filter(({ fromMs }) => fromMs >= passage.startedMs);
    const [first] = history;
    const later = first === undefined ? undefined : shared.stood(resource, first.fromMs);
    const stood = Math.max(before.capacity, later?.capacity ?? 0);
    return [{ ...listed, usdPerUnitHour, stood, history }];
  });
}

function untilNow({ history, stood, usdPerUnitHour }: Priced, nowMs: number): number {
  return sumOf(
    history.map(({ fromMs, minimum }, nth) => {
      const hours = ((history[nth + 1]?.fromMs ?? nowMs) - fromMs) / 3_600_000;
      return Math.max(0, minimum - stood) * hours * usdPerUnitHour;
    }),
  );
}

const sumOf = (all: readonly number[]): number => all.reduce((sum, each) => sum + each, 0);
