/** What a scene's tests came to, against what is true of it, and what many of them come to. */
import { ratesOf } from "../../src/core/load/course.ts";
import { type Found, rivalNames } from "./rivals.ts";
import type { Scene } from "./scene.ts";
import type { Tested } from "./shipped.ts";

interface Judged {
  readonly isCovered: boolean;
  /** Undefined: open. */
  readonly isEnough: boolean | undefined;
  readonly minutes: number;
}

export interface Row {
  readonly isTrulyEnough: boolean;
  /** The knee lies below the most that is sent. */
  readonly isBelowCap: boolean;
  readonly shipped: Judged & {
    readonly isPeakKept: boolean | undefined;
    readonly answeredMinutes: number;
    /** Of the interval, after so many minutes; the hold apart. */
    readonly halfWidths: readonly number[];
    readonly mostOverCap: number;
  };
  readonly rivals: Readonly<Record<string, Judged>>;
}

/** After which the interval's width is looked at. */
export const widthMinutes = [3, 4, 5, 6, 7, 8] as const;

export function rowOf(scene: Scene, tested: Tested, rivals: Readonly<Record<string, Found>>): Row {
  const { truth, question } = scene;
  const { cap } = ratesOf(question);
  const { from, to = Number.POSITIVE_INFINITY } = tested.knee;
  const at = (minute: number) => tested.widths.findLast((each) => each.minute <= minute);
  return {
    isTrulyEnough: question.fleet.designRequestsPerSecond <= truth,
    isBelowCap: truth < cap,
    shipped: {
      isCovered: from <= truth && truth <= to,
      isEnough: tested.isEnough,
      isPeakKept: tested.isPeakKept,
      minutes: tested.minutes,
      answeredMinutes: tested.answeredMinutes,
      halfWidths: widthMinutes.map((minute) => at(minute)?.halfWidth ?? 1),
      mostOverCap: tested.most / cap,
    },
    rivals: Object.fromEntries(
      rivalNames.map((name) => {
        const found = rivals[name] ?? { from: 0, to: 0, isEnough: false, minutes: 0 };
        const isCovered = found.from <= truth && truth <= found.to;
        return [name, { isCovered, isEnough: found.isEnough, minutes: found.minutes }];
      }),
    ),
  };
}

export const shareOfRows = <T>(rows: readonly T[], is: (row: T) => boolean): number =>
  rows.length === 0 ? Number.NaN : rows.filter(is).length / rows.length;

export function medianOf(values: readonly number[], share = 0.5): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Of a test that said enough, how often it is not. */
export function wrongEnough(rows: readonly Row[], of: (row: Row) => Pick<Judged, "isEnough">): number {
  const said = rows.filter((row) => of(row).isEnough === true);
  return said.length === 0 ? 0 : shareOfRows(rows, (row) => of(row).isEnough === true && !row.isTrulyEnough);
}
