/** What releases have taught, as a person reads it: how much of it there is, how sure it is, and where the next one is to be expected. */
import { isWorse, type RaisesLesson } from "../core/learning/by-hour.ts";
import type { ChancePosterior } from "../core/learning/chance.ts";
import type { Lessons } from "../core/release/lessons.ts";
import type { QuantityLesson } from "../core/release/quantity-lessons.ts";
import { scalingLines } from "./fleet-growth.ts";
import type { Page } from "./summary/page.ts";
import { counted, duration, percent } from "./text/figures.ts";
import { sparkline } from "./text/graphs.ts";
import { table, wrap } from "./text/layout.ts";

const plotWidth = 10;

export function learnedPage(lessons: Lessons, page: Page): string[] {
  const { width, paint } = page;
  const { quantities, raises, scalings } = lessons;
  const kinds = [...Map.groupBy(quantities, ({ what, model }) => `${what} ${model}`).values()];
  return [
    ...kinds.flatMap((some) => [...kindLines(some, page), ""]),
    ...scalings.flatMap((fleets) => scalingLines(fleets, page)),
    ...(raises.length === 0 ? [] : [...raisesLines(raises, page), ""]),
    ...raises.flatMap((pool) => hoursLines(pool, page)),
    ...wrap(explained(lessons), width).map((line) => paint.dim(line)),
  ];
}

const columnsOf = (last: string) =>
  [
    { head: "of" },
    { head: "n", align: "right" },
    { head: "planned", align: "right" },
    { head: "median (95 %)" },
    { head: last },
    { head: "" },
  ] as const;

/** Without the column of plans' figures where no row has one. */
function rowsTable(last: string, rows: readonly (readonly string[])[], { width, paint }: Page): string[] {
  const columns = columnsOf(last);
  const kept = columns.map(
    ({ head }, nth) => head !== "planned" || rows.some((row) => (row[nth] ?? "") !== ""),
  );
  const shown = <T>(all: readonly T[]) => all.filter((_, nth) => kept[nth]);
  return table(
    shown(columns),
    rows.map((row) => shown(row)),
    { width, head: paint.dim },
  );
}

/** Of one kind and one model. */
function kindLines(some: readonly QuantityLesson[], page: Page): string[] {
  const [first] = some;
  if (first === undefined) return [];
  const { what, model, unit } = first;
  const head = `${what}${model === "" ? "" : ` of ${model}`}${unit === "seconds" ? "" : `, ${unit}`}`;
  const rows = some.map((one) => quantityRow(one));
  const heads = wrap(head, page.width).map((line) => page.paint.bold(line));
  return [...heads, ...rowsTable("next (5 – 95 %)", rows, page)];
}

function raisesLines(raises: readonly RaisesLesson[], page: Page): string[] {
  const rows = raises.map((one) => raisesRow(one));
  return [page.paint.bold("raises that came"), ...rowsTable("that came", rows, page)];
}

const explained = ({ quantities }: Lessons): string =>
  [
    "n is how many releases count: half of what is 90 days old does.",
    ...(quantities.some(({ together }) => together !== undefined)
      ? ["× says of how many that start together the slowest is foretold; the median is of one."]
      : []),
    ...(quantities.some(({ posterior }) => posterior.bounds > 0)
      ? ["≷ says of how many only a bound is known, such as of instances that never came."]
      : []),
    ...quantities.flatMap(({ what, of, changedAt }) =>
      changedAt === undefined
        ? []
        : [`The ${what} of ${of} has changed: what was before ${changedAt.slice(0, 10)} does not count.`],
    ),
  ].join(" ");

function quantityRow({ what, of, together, planned, posterior }: QuantityLesson): string[] {
  const { n, bounds, median, low, high, p05, p95, shape } = posterior;
  const text = textOf(what);
  return [
    together === undefined ? of : `${of} × ${together}`,
    bounds === 0 ? countText(n) : `${countText(n)}, ${bounds} ≷`,
    planned === undefined ? "" : text(planned),
    `${text(median)} (${between(text(low), text(high))})`,
    between(text(p05), text(p95)),
    sparkline(shape.shares, { width: plotWidth }),
  ];
}

const countText = (n: number): string => `${Number(n.toFixed(1))}`;

/** A unit that both have is said once. */
function between(low: string, high: string): string {
  const [unit] = / [\w%]+$/.exec(high) ?? [""];
  return `${unit !== "" && low.endsWith(unit) ? low.slice(0, -unit.length) : low} – ${high}`;
}

const isOfNoise = (what: QuantityLesson["what"]) => what === "KPI noise" || what === "host spread";

function textOf(what: QuantityLesson["what"]): (value: number) => string {
  if (what === "provisioning" || what === "model load") return (seconds) => duration(seconds);
  const digits = what === "price" ? 4 : isOfNoise(what) ? 2 : 3;
  return (value) => `${Number(value.toPrecision(digits))}`;
}

const raisesRow = ({ of, by, chance }: RaisesLesson): string[] => chanceRow(`${of}, ${by}`, chance);

function chanceRow(name: string, { n, good, low, median, high, shape }: ChancePosterior): string[] {
  const share = (value: number) => percent(100 * value);
  return [
    name,
    countText(n),
    "",
    `${share(median)} (${between(share(low), share(high))})`,
    `${countText(good)} of ${countText(n)}`,
    sparkline(shape, { width: plotWidth }),
  ];
}

/** Of a pool of which something did not come: each hour of the day in which that was, and in a line all others. */
function hoursLines({ of, by, hours }: RaisesLesson, page: Page): string[] {
  const { width, paint } = page;
  const failed = hours.filter(({ chance }) => chance.good < chance.n);
  if (failed.length === 0) return [];
  const rest = hours.filter((each) => !failed.includes(each));
  const clock = (hour: number) => `${String(hour).padStart(2, "0")}:00`;
  const rows = failed.map((each) =>
    chanceRow(`${clock(each.hour)} UTC${isWorse(each) ? " !" : ""}`, each.chance),
  );
  const more =
    rest.length === 0
      ? []
      : wrap(
          `In ${counted(rest.length, "other hour")} all came: ${rest.map(({ hour }) => clock(hour)).join(", ")} UTC.`,
          width,
        );
  const worse = failed.some(isWorse)
    ? ["! is an hour in which less comes than in all: that is shown, by nineteen to one."]
    : [];
  return [
    paint.bold(`raises of ${of}, ${by}, that came, by the hour`),
    ...rowsTable("that came", rows, page),
    ...[...more, ...worse.flatMap((line) => wrap(line, width))].map((line) => paint.dim(line)),
    "",
  ];
}
