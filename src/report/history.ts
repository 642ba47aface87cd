/** Past releases as a table, times in UTC, and what they come to by model. */
import { printable } from "../core/input/bad-input.ts";
import { type Launch, secondsSeen } from "../core/learning/launch.ts";
import type { PastRelease, PastSummary } from "../core/release/past.ts";
import { epochMs } from "../core/units.ts";
import type { Page } from "./summary/page.ts";
import { duration } from "./text/figures.ts";
import { table } from "./text/layout.ts";

export function historyTable(past: readonly PastRelease[], { width, paint }: Page): string[] {
  const columns = [
    { head: "opened" },
    { head: "release" },
    { head: "ended as" },
    { head: "took", align: "right" },
    { head: "late", align: "right" },
    { head: "launch", align: "right" },
    ...(past.some(isClaimed) ? [{ head: "claimed by" }] : []),
  ] as const;
  const rows = past.map(({ openedAt, closedAt, releaseId, outcome, lateMinutes, launch, left, claimed }) => [
    openedAt.slice(0, 16).replace("T", " "),
    releaseId,
    left === 0 ? outcome : `${outcome}, ${left} left`,
    spanText(openedAt, closedAt),
    lateMinutes === undefined ? "" : lateMinutes === 0 ? "in time" : duration(lateMinutes * 60),
    launch === undefined ? "" : launchText(launch),
    printable(claimed?.by ?? ""),
  ]);
  return table(columns, rows, { width, head: paint.dim });
}

const isClaimed = ({ claimed }: PastRelease): boolean => claimed?.by !== undefined;

const spanText = (from: string, to: string): string => duration((epochMs(to) - epochMs(from)) / 1000);

/** As the lead time takes them: less what comes after the last of them. */
function launchText(launch: Launch): string {
  const seen = secondsSeen(launch);
  return seen === undefined ? "" : `${seen.came ? "≤ " : "> "}${duration(Math.round(seen.seconds))}`;
}

export function summaryTable(all: readonly PastSummary[], page: Page): string[] {
  return [...summaryRows(all, page), ...all.flatMap(expected).map((line) => page.paint.dim(line))];
}

const expected = ({ model, expectedAt }: PastSummary): string[] =>
  expectedAt === null
    ? []
    : [`${model}: by its cadence the next is to be expected about ${expectedAt.slice(0, 10)} (tentative)`];

function summaryRows(all: readonly PastSummary[], { width, paint }: Page): string[] {
  const columns = [
    { head: "model" },
    { head: "releases" },
    { head: "types" },
    { head: "promoted in", align: "right" },
    { head: "rolled back", align: "right" },
    { head: "restored in", align: "right" },
    { head: "in time", align: "right" },
  ] as const;
  const minutes = (value: number | null) => (value === null ? "" : duration(value * 60));
  const rows = all.map((one) => [
    one.model,
    `${one.releases}, ${one.perMonth.toFixed(1)} a month`,
    Object.entries(one.types)
      .map(([type, count]) => `${count} ${type}`)
      .join(", "),
    minutes(one.minutesToPromotion),
    one.rolledBackShare === null ? "" : `${Math.round(100 * one.rolledBackShare)} %`,
    minutes(one.minutesToRestore),
    one.inTime + one.late === 0 ? "" : `${one.inTime} of ${one.inTime + one.late}`,
  ]);
  return table(columns, rows, { width, head: paint.dim });
}
