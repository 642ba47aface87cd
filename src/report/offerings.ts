/** What could be bought for a milestone, as a person reads it: when each offering is there, what it costs, and how it is bought. */
import type { Offering, OfferingSearch } from "../core/calendar/offerings.ts";
import { apart, type Page } from "./summary/page.ts";
import { counted } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");
const money = (fee: number | null, currency: string): string =>
  fee === null ? "not said" : `${fee.toFixed(2)} ${currency}`;

export function offeringsPage(
  search: OfferingSearch,
  offerings: readonly Offering[],
  { width, paint }: Page,
): string[] {
  const { milestone, runs, instanceType, instances, from, until, hours, isDated } = search;
  const when = isDated ? "" : "; it has no date, so that is from now on";
  const head = `${milestone} needs ${instances} ${instanceType} for ${whose[runs]} from ${minute(from)} to ${minute(until)} UTC, ${counted(hours, "hour")}${when}.`;
  const columns = [
    { head: "offering" },
    { head: "instances", align: "right" },
    { head: "from, UTC" },
    { head: "until" },
    { head: "up front", align: "right" },
    { head: "an instance-hour", align: "right" },
    { head: "" },
  ] as const;
  const rows = offerings.map((one) => [
    one.id,
    String(one.instances),
    minute(one.from),
    minute(one.until),
    money(one.upfrontFee, one.currency),
    money(one.feePerInstanceHour, one.currency),
    one.covers ? paint.green("all of it") : paint.yellow("a part"),
  ]);
  const none = "SageMaker offers nothing of that kind: ask for another --hours, or another type.";
  const buy = `Nothing is bought by looking: a training plan is paid up front and cannot be changed once it is. With the plan in force, slipway reserve MODEL --milestone ${milestone} --offering ID --hours ${hours} --max-usd N --reason WHY asks for one, and it is bought once an owner of capacity has agreed.`;
  if (rows.length === 0) return apart([wrap(head, width), wrap(none, width)]);
  return apart([wrap(head, width), table(columns, rows, { width, head: paint.dim }), wrap(buy, width)]);
}

const whose: Readonly<Record<OfferingSearch["runs"], string>> = {
  candidate: "both of its fleets as it is promoted",
  pool: "its jobs",
  cluster: "its nodes",
};
