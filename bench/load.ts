/**
 * `npm run bench:load -- [--seeds N] [--from-seed N] [--only LAW] [--alone] [PLAN]`: how well a test under load finds the highest rate within the
 * requirements, of fleets that saturate in five ways, by the course and the sender that ship, in virtual time; side by side with
 * what others do (unless `--alone`), and with the plan's own word. Then by how much requests leave late on this machine, to a server on loopback.
 */
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { table, wrap } from "../src/report/text/layout.ts";
import { laws } from "./load/laws.ts";
import { rivalNames } from "./load/rivals.ts";
import { medianOf, type Row, shareOfRows, widthMinutes, wrongEnough } from "./load/rows.ts";
import { timingErrors } from "./load/timing.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: "string", default: "200" },
    "from-seed": { type: "string", default: "1" },
    only: { type: "string", default: "" },
    alone: { type: "boolean", default: false },
  },
});
const begunMs = performance.now();
const width = 120;
const print = (...lines: readonly string[]) => void process.stdout.write(`${lines.join("\n")}\n`);
const percent = (part: number) => (Number.isNaN(part) ? "" : `${(100 * part).toFixed(1)} %`);
const minutes = (value: number) => value.toFixed(1);

interface Of {
  readonly truth: number;
  readonly rows: readonly Row[];
}

const inThread = (name: string) =>
  new Promise<Of>((done, failed) => {
    const worker = new Worker(new URL("load/worker.ts", import.meta.url), {
      workerData: {
        name,
        from: Number(values["from-seed"]),
        to: Number(values["from-seed"]) + Number(values.seeds) - 1,
        planPath: positionals[0],
        isAlone: values.alone,
      },
    });
    worker.once("message", done);
    worker.once("error", failed);
  });

// First, while nothing else is at work.
const timing = await timingErrors();
const tested = laws.filter(({ name }) => name.includes(values.only));
const found = new Map<string, Of>();
const left = [...tested];
await Promise.all(
  [0, 1].map(async () => {
    for (let law = left.shift(); law !== undefined; law = left.shift())
      found.set(law.name, await inThread(law.name));
  }),
);
const rowsOf = (name: string) => found.get(name)?.rows ?? [];

print(
  "",
  ...wrap(
    `${values.seeds} fleets of each law, whose knee is .6 to 1.75 times the planned peak. The truth is the highest rate at which one in a hundred is late in the long run; of the noisy neighbour, whose turns come by chance, while it was tested. Minutes are of virtual time, the hold at full load apart. Enough is what the release goes by, judged at the planned peak; peak alone, and not enough, are by what was seen of that, whatever full load came to.`,
    width,
  ),
  ...table(
    [
      "law",
      "truth",
      "covered",
      "± ≤ 5 %",
      "± ≤ 10 %",
      "median ±",
      "answered",
      "p90",
      "open",
      "enough",
      "wrong: enough",
      "peak alone",
      "not enough",
    ].map((head, nth) => ({ head, ...(nth > 0 && { align: "right" as const }) })),
    tested.map(({ name }) => {
      const rows = rowsOf(name);
      const below = rows.filter(({ isBelowCap }) => isBelowCap);
      const at8 = (row: Row) => row.shipped.halfWidths.at(-1) ?? 1;
      const answered = rows.flatMap(({ shipped: { answeredMinutes: each } }) =>
        Number.isNaN(each) ? [] : each,
      );
      return [
        name,
        `${found.get(name)?.truth.toFixed(0)}/s`,
        percent(shareOfRows(rows, ({ shipped }) => shipped.isCovered)),
        percent(shareOfRows(below, (row) => at8(row) <= 0.05)),
        percent(shareOfRows(below, (row) => at8(row) <= 0.1)),
        percent(medianOf(below.map(at8))),
        minutes(medianOf(answered)),
        minutes(medianOf(answered, 0.9)),
        percent(shareOfRows(rows, ({ shipped }) => shipped.isEnough === undefined)),
        percent(shareOfRows(rows, ({ shipped }) => shipped.isEnough === true)),
        percent(wrongEnough(rows, ({ shipped }) => shipped)),
        percent(wrongEnough(rows, ({ shipped }) => ({ isEnough: shipped.isPeakKept }))),
        percent(shareOfRows(rows, (row) => row.shipped.isPeakKept === false && row.isTrulyEnough)),
      ];
    }),
    { width },
  ),
);

print(
  "",
  "Median half-width by minutes, of knees below the most that is sent",
  ...table(
    ["law", ...widthMinutes.map((minute) => `${minute} min`)].map((head, nth) => ({
      head,
      ...(nth > 0 && { align: "right" as const }),
    })),
    tested.map(({ name }) => {
      const below = rowsOf(name).filter(({ isBelowCap }) => isBelowCap);
      return [
        name,
        ...widthMinutes.map((_, nth) =>
          percent(medianOf(below.map(({ shipped }) => shipped.halfWidths[nth] ?? 1))),
        ),
      ];
    }),
    { width },
  ),
);

if (!values.alone)
  print(
    "",
    "Beside others: covered, percent · enough said wrongly, percent · minutes. One rate is taken to mean 5 % more or less",
    ...table(
      ["law", "this test", ...rivalNames].map((head) => ({ head })),
      tested.map(({ name }) => {
        const rows = rowsOf(name);
        const cell = (of: (row: Row) => Row["rivals"][string] | undefined) =>
          [
            shareOfRows(rows, (row) => of(row)?.isCovered === true),
            shareOfRows(rows, (row) => of(row)?.isEnough === true && !row.isTrulyEnough),
          ]
            .map((share) => (100 * share).toFixed(1))
            .concat(minutes(medianOf(rows.map((row) => of(row)?.minutes ?? 0))))
            .join(" · ");
        return [
          name,
          cell(({ shipped }) => shipped),
          ...rivalNames.map((rival) => cell(({ rivals }) => rivals[rival])),
        ];
      }),
      { width },
    ),
  );

interface Goal {
  readonly goal: string;
  readonly value: number;
  readonly most?: number;
  readonly least?: number;
  readonly say: (value: number) => string;
}
const goals = tested.flatMap(({ name, isSteady }): Goal[] => {
  const rows = rowsOf(name);
  const below = rows.filter(({ isBelowCap }) => isBelowCap);
  const narrow = isSteady ? 0.05 : 0.1;
  const answered = rows.flatMap(({ shipped: { answeredMinutes: each } }) => (Number.isNaN(each) ? [] : each));
  return [
    {
      goal: `${name}: covered`,
      value: shareOfRows(rows, ({ shipped }) => shipped.isCovered),
      least: 0.95,
      say: percent,
    },
    {
      goal: `${name}: within ${percent(narrow)} after 8 minutes`,
      value: shareOfRows(below, ({ shipped }) => (shipped.halfWidths.at(-1) ?? 1) <= narrow),
      least: 0.9,
      say: percent,
    },
    {
      goal: `${name}: answered in a median`,
      value: medianOf(answered),
      most: 4,
      say: (value) => `${minutes(value)} min`,
    },
    {
      goal: `${name}: enough said wrongly`,
      value: wrongEnough(rows, ({ shipped }) => shipped),
      most: 0.01,
      say: percent,
    },
    {
      goal: `${name}: more sent than may be`,
      value: shareOfRows(rows, ({ shipped }) => shipped.mostOverCap > 1 + 1e-9),
      most: 0,
      say: percent,
    },
  ];
});
goals.push({
  goal: "requests leave late, p99 at 500 a second",
  value: timing.p99,
  most: 1,
  say: (value) => `${value.toFixed(3)} ms`,
});
print("", "Goals");
for (const { goal, value, most, least, say } of goals) {
  const holds = (most === undefined || value <= most) && (least === undefined || value >= least);
  print(
    `${holds ? "✔" : "✖"} ${goal}: ${say(value)}, asked for ${least === undefined ? `at most ${say(most ?? 0)}` : `at least ${say(least)}`}`,
  );
}
print(
  "",
  `${timing.sent} requests to a server on loopback left late by ${timing.p50.toFixed(3)} ms in the middle, ${timing.p99.toFixed(3)} ms at the 99th percentile, ${timing.most.toFixed(1)} ms at most`,
  "What serves is not in these scenes: whether a test harms it is not measured here",
  `${((performance.now() - begunMs) / 60_000).toFixed(1)} minutes, Node ${process.version}`,
);
