/** Capacity that was bought before, as a person reads it: when it ends, who runs on it, and what it is in the way of. */
import type { ReservationEnd, ReservedOutlook } from "../core/calendar/reserved-dates.ts";
import { trainingPlanName } from "../core/plan/training-plan-name.ts";
import type { EpochMs } from "../core/units.ts";
import { type Page, paragraph } from "./summary/page.ts";
import { table } from "./text/layout.ts";

/** When what a plan names ends; none where it names nothing. */
export function reservedLines(reserved: readonly ReservedOutlook[] = [], page: Page): string[] {
  return reserved.flatMap((one, nth) =>
    paragraph(
      page,
      nth === 0 ? "reserved" : "",
      `a ${one.releaseType} release on ${one.instanceType} is on training plan ${trainingPlanName(one.trainingPlan)}: ${standingText(one)}`,
    ),
  );
}

function standingText(one: ReservedOutlook): string {
  if (one.fault === "missing") return "there is none of that name";
  if (one.status === null) return "--stage says until when that lasts";
  const ends = one.endsAt === null ? "it has not begun by then" : `it ends at ${minuteOf(one.endsAt)}`;
  const which = one.isDated ? "the next by date" : "one that begins now";
  return `${one.status}, ${ends}; ${which} begins at ${minuteOf(one.from)}, would be over at ${minuteOf(one.closesAt)}, and could be reverted until ${minuteOf(one.revertibleUntil)}`;
}

/** Ends as a table, times in UTC; nothing where there are none. */
export function endsTable(ends: readonly ReservationEnd[], { width, paint }: Page): string[] {
  if (ends.length === 0) return [];
  const columns = [
    { head: "ends" },
    { head: "training plan" },
    { head: "status" },
    { head: "named by" },
    { head: "serves on it" },
  ] as const;
  const rows = ends.map((one) => [
    textOf(one.endsMs),
    trainingPlanName(one.trainingPlan),
    one.status,
    one.models.join(", "),
    servingText(one),
  ]);
  return table(columns, rows, { width, head: paint.dim });
}

export const servingText = ({ serving }: Pick<ReservationEnd, "serving">): string =>
  serving.map(({ endpoint, version }) => `${endpoint} (version ${version})`).join(", ");

const minuteOf = (iso: string): string => `${iso.slice(0, 16)}Z`;
const textOf = (ms: EpochMs): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
