/** What releases have taught, as a person reads it: how much of it there is, how sure it is, and where the next one is to be expected. */
import type { Lessons, RaisesLesson } from "../core/release/lessons.ts";
import type { QuantityLesson } from "../core/release/quantity-lessons.ts";
import type { Page } from "./summary/page.ts";
import { duration, percent } from "./text/figures.ts";
import { sparkline } from "./text/graphs.ts";
import { table, wrap } from "./text/layout.ts";

const plotWidth = 12;

export function learnedPage(lessons: Lessons, page: Page): string[] {
  const { width, paint } = page;
  const { quantities, raises } = lessons;
  const kinds = [...Map.groupBy(quantities, ({ what, model }) => `${what} ${model}`).values()];
  return [
    ...kinds.flatMap((some) => [...kindLines(some, page), ""]),
    ...(raises.length === 0 ? [] : [...raisesLines(raises, page), ""]),
    ...wrap(explained(lessons), width).map((line) => paint.dim(line)),
  ];
}

const columnsOf = (last: string) =>
  [
    { head: "of" },
    { head: "n", align: "right" },
    { head: "planned", align: "right" },
    { head: "median, 95 % within" },
    { head: last },
    { head: "" },
  ] as const;

/** Of one kind and one model. */
function kindLines(some: readonly QuantityLesson[], { width, paint }: Page): string[] {
  const [first] = some;
  if (first === undefined) return [];
  const { what, model, unit } = first;
  const head = `${what}${model === "" ? "" : ` of ${model}`}${unit === "seconds" ? "" : `, ${unit}`}`;
  const rows = some.map((one) => quantityRow(one));
  return [paint.bold(head), ...table(columnsOf("the next: 5 to 95 %"), rows, { width, head: paint.dim })];
}

function raisesLines(raises: readonly RaisesLesson[], { width, paint }: Page): string[] {
  const rows = raises.map((one) => raisesRow(one));
  return [paint.bold("raises that came"), ...table(columnsOf("that came"), rows, { width, head: paint.dim })];
}

const explained = ({ quantities }: Lessons): string =>
  [
    "n is how many releases count: half of what is 90 days old does.",
    ...(quantities.some(({ posterior }) => posterior.bounds > 0)
      ? ["≥ says of how many only a bound is known, such as of instances that never came."]
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
    of,
    bounds === 0 ? `${n}` : `${n}, ${bounds} ≥`,
    planned === undefined ? "" : text(planned),
    `${text(median)} (${text(low)} – ${text(high)})`,
    `${text(p05)} – ${text(p95)}${together === undefined ? "" : `, all of ${together}`}`,
    sparkline(shape.shares, { width: plotWidth }),
  ];
}

function textOf(what: QuantityLesson["what"]): (value: number) => string {
  if (what === "provisioning" || what === "model load") return (seconds) => duration(seconds);
  return (value) => `${Number(value.toPrecision(what === "price" ? 4 : 3))}`;
}

function raisesRow({ of, by, chance }: RaisesLesson): string[] {
  const { n, good, low, median, high, shape } = chance;
  const share = (value: number) => percent(100 * value);
  return [
    `${of}, ${by}`,
    `${n}`,
    "",
    `${share(median)} (${share(low)} – ${share(high)})`,
    `${good} of ${n}`,
    sparkline(shape, { width: plotWidth }),
  ];
}
