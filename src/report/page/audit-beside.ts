/** What happened beside what packs tell, on an audit's page: auto scaling's own changes, other people's, and calls of Slipway's that nobody told of. */
import type { Audited } from "../../core/audit/audit.ts";
import type { OwnCall, SeenCall } from "../../core/audit/reconciling.ts";
import type { ScaledChange } from "../../core/audit/scaled.ts";
import { printable } from "../../core/input/bad-input.ts";
import { otherRecords, second } from "../audit.ts";
import { changesBeyond, daysTold, daysUnknown } from "../audited-days.ts";
import { counted } from "../text/figures.ts";
import { words } from "./audit-words.ts";
import { escaped, joined } from "./markup.ts";
import { type Cell, tableOf, text } from "./table.ts";

/** Chosen: more rows than these are folded, by day. */
const mostRows = 40;

const lines = (all: readonly string[]): string[] => all.map((each) => `<p>${words(each)}</p>`);

/** Empty where nobody has looked at it. */
export function scalingPart(audited: Audited): string {
  const { scaling, reconciled } = audited;
  if (scaling === undefined && reconciled === undefined) return "";
  const all = [...changesBeyond(audited), ...(reconciled?.scaled ?? [])].toSorted((one, other) =>
    one.at < other.at ? -1 : 1,
  );
  const tables =
    all.length <= mostRows
      ? [all.length === 0 ? "" : scaledTable(all, "What auto scaling changed")]
      : [...Map.groupBy(all, ({ at }) => at.slice(0, 10))].map(
          ([day, some]) =>
            `<details class="group"><summary>${day}: ${counted(some.length, "change")}</summary>${scaledTable(some, `What auto scaling changed on ${day}`)}</details>`,
        );
  const told =
    scaling === undefined ? [] : [...daysTold(scaling), ...daysUnknown(scaling).map((one) => `! ${one}`)];
  return joined([
    ...lines(told.map((one) => `${one}.`)),
    ...(all.length === 0 ? ["<p>It changed nothing by itself, as far as is told.</p>"] : []),
    ...tables,
  ]);
}

const scaledTable = (all: readonly ScaledChange[], caption: string): string =>
  tableOf({
    caption,
    heads: ["moment, UTC", "of", "why", "what it did", "told by"],
    rows: all.map(({ at, resource, policy, cause, description, status, summary }) => [
      { html: second(at), isNumber: true },
      thing(resource),
      sentence(policy === undefined ? (cause ?? "not known") : `policy ${policy}`),
      sentence([description, status].filter((each) => each !== undefined).join(" ") || "not known"),
      { html: words(summary === undefined ? "AWS, when asked" : `signed day ${summary}`), isNumber: true },
    ]),
  });

const thing = ({ kind, name }: ScaledChange["resource"]): Cell => ({
  html: `<code>${escaped(printable(`${kind} ${name}`))}</code>`,
  isLong: true,
});
const sentence = (said: string): Cell => ({ html: words(said), isLong: true });

/** Empty where nothing was held against anything. */
export function outsidePart({ reconciled }: Audited): string {
  if (reconciled === undefined) return "";
  const { outside, untold } = reconciled;
  const silent = untold.filter(({ toldBy }) => toldBy === undefined);
  const told = untold.filter(({ toldBy }) => toldBy !== undefined);
  return joined([
    silent.length === 0
      ? ""
      : article(
          "✖ By Slipway's own roles, and no pack tells of it",
          callTable(silent, "Calls without a pack"),
        ),
    article(
      "Outside Slipway: somebody else's calls",
      outside.length === 0
        ? "<p>None that CloudTrail knows.</p>"
        : folded(outside, callTable(outside, "Calls from outside")),
    ),
    told.length === 0
      ? ""
      : article(
          "Slipway's own, told by its other records",
          folded(told, callTable(told, "Calls that other records tell of")),
        ),
  ]);
}

const article = (title: string, html: string): string =>
  `<article><h3${title.startsWith("✖") ? ' class="bad"' : ""}>${escaped(title)}</h3>${html}</article>`;

const folded = (all: readonly unknown[], table: string): string =>
  all.length <= mostRows
    ? table
    : `<details><summary>${counted(all.length, "call")}</summary>${table}</details>`;

const callTable = (all: readonly (SeenCall & Pick<OwnCall, "toldBy">)[], caption: string): string =>
  tableOf({
    caption,
    heads: ["moment, UTC", "call", "of", "by", "CloudTrail's event"],
    rows: all.map(({ at, operation, resources, by, eventId, toldBy }) => [
      { html: second(at), isNumber: true },
      text(printable(operation)),
      {
        html: resources.map((each) => thing(each).html).join("<br>"),
        isLong: true,
      },
      sentence(toldBy === undefined ? by : `${by}: ${otherRecords[toldBy]}`),
      { html: `<code>${escaped(printable(eventId))}</code>`, isLong: true },
    ]),
  });
