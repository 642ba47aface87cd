/** What leases on things beside the endpoint cost, where a plan says what an hour of their units does. */
import type { Entry } from "../plan/alongside/alongside.ts";
import type { BilledLease } from "./lease-bill.ts";

/** US dollars for so many more units than there were, for as long as a release takes; null where their price is not known. */
export function leaseUsd(
  { usdPerUnitHour }: Pick<Entry, "usdPerUnitHour">,
  { more, minutes }: { readonly more: number; readonly minutes: number },
): number | null {
  if (usdPerUnitHour === undefined) return null;
  return Math.round(((Math.max(0, more) * minutes) / 60) * usdPerUnitHour * 100) / 100;
}

/** What all leases of a plan come to, of those with a known price. `leases` are in the plan's order. */
export function leasesUsd(
  entries: readonly Pick<Entry, "usdPerUnitHour">[],
  leases: readonly { readonly minimums: readonly number[]; readonly before: { readonly capacity: number } }[],
  minutes: number,
): number {
  const each = leases.map(({ minimums, before }, i) =>
    leaseUsd(entries[i] ?? {}, { more: Math.max(0, ...minimums) - before.capacity, minutes }),
  );
  return each.reduce<number>((sum, usd) => sum + (usd ?? 0), 0);
}

/** Before the account is looked at: all of each minimum with a price, as if nothing stood there yet. */
export const dearestLeases = (entries: readonly Entry[]): BilledLease[] =>
  entries.flatMap(({ usdPerUnitHour, minimum, stages = [{ minimum }] }): BilledLease[] => {
    if (usdPerUnitHour === undefined) return [];
    const most = Math.max(0, ...stages.map((one) => one.minimum ?? 0));
    return [{ usdPerUnitHour, raised: [{ fromMs: 0, more: most }], stages: [] }];
  });
