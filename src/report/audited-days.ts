/** What auto scaling did by the summaries of its days, as a person reads it: counts, and days of which nothing is known. */
import type { Audited } from "../core/audit/audit.ts";
import type { AuditedDays, DayRange } from "../core/audit/days.ts";
import type { ScaledChange } from "../core/audit/scaled.ts";

const rangeText = ({ from, to }: DayRange): string => (from === to ? `day ${from}` : `days ${from} to ${to}`);

/** One line; none where nothing is told. */
export function daysTold({ told, days, counts }: AuditedDays): string[] {
  if (told === undefined) return [];
  const { changes, failed, own, policy, schedule, bounds, unknown } = counts;
  const causes = [
    ...[[policy, "under policies"] as const, [schedule, "by schedules"] as const],
    ...[[bounds, "by bounds that were set"] as const, [unknown, "for reasons that it does not say"] as const],
  ].flatMap(([count, why]) => (count === 0 ? [] : [`${count} ${why}`]));
  const why = causes.length === 0 ? "" : ` (${causes.join(", ")})`;
  const more = [
    ...(failed === 0 ? [] : [`${failed} of them failed`]),
    ...(own === 0 ? [] : [`${own} more followed from what packs tell`]),
  ];
  return [
    [
      `Auto scaling, by the summaries of ${days} ${days === 1 ? "day" : "days"}, ${told.from} to ${told.to}: ${changes} ${changes === 1 ? "change" : "changes"}${why}`,
      ...more,
    ].join("; "),
  ];
}

export const daysUnknown = ({ unknown }: AuditedDays): string[] =>
  unknown.map(
    (range) => `what auto scaling did, ${rangeText(range)}: AWS told of it no more when it was asked`,
  );

export const daysGone = ({ gone, unread }: AuditedDays): string[] => [
  ...gone.map((range) => `what auto scaling did, ${rangeText(range)}: its summary is missing`),
  ...(unread === 0 ? [] : [`what auto scaling did: ${unread} summaries cannot be read`]),
];

/** What summaries tell beyond what could be held against AWS. */
export function changesBeyond({ scaling, reconciled }: Audited): readonly ScaledChange[] {
  const known = new Set(reconciled?.scaled.flatMap(({ id }) => (id === undefined ? [] : [id])));
  return (scaling?.changes ?? []).filter(({ id }) => id === undefined || !known.has(id));
}
