/** What an account has room for beside a plan, and what the plan is in the way of. */
import type { Outlook } from "../core/outlook.ts";
import { conflictLines, requestLines } from "./calendar.ts";
import { margin, type Page } from "./summary/page.ts";
import { table, wrap } from "./text/layout.ts";

/** In lines; none where no account was looked at. */
export function quotaTable({ quotas = [] }: Outlook, { width, paint }: Page): string[] {
  if (quotas.length === 0) return [];
  const columns = [
    { head: "quota" },
    { head: "of the account", align: "right" },
    { head: "other endpoints", align: "right" },
    { head: "a release", align: "right" },
    { head: "left", align: "right" },
  ] as const;
  const rows = quotas.map(({ instanceType, quota, elsewhere, needed, left }) => [
    instanceType,
    String(quota ?? "none known"),
    String(elsewhere),
    String(needed),
    left === null || left < 0 ? paint.yellow(String(left ?? "not known")) : String(left),
  ]);
  return table(columns, rows, { width: width - margin.length, head: paint.dim }).map((line) => margin + line);
}

/** In lines; none where nobody has looked. What asks for more of a quota is to be copied, so it is not broken. */
export function aheadLines({ ahead }: Outlook, { width, paint }: Page): string[] {
  if (ahead === undefined) return [];
  const { days, conflicts, unseen } = ahead;
  const room = width - margin.length;
  const nothing = `${unseen.length === 0 ? "Nothing of it" : "As far as could be looked at, nothing of it"} is in the way of anything in the next ${days} days.`;
  const lines =
    conflicts.length === 0
      ? wrap(nothing, room).map((line) => paint.dim(line))
      : [...conflictLines(conflicts, { width: room, paint }), ...requestLines(conflicts)];
  return lines.map((line) => margin + line);
}
