/** What a plan means, on one page of the terminal. */
import type { ReleaseOutlook } from "../core/outlook/release-outlook.ts";
import type { Outlook } from "../core/outlook.ts";
import { priceLines } from "../core/plan/price-list.ts";
import { wayBackUsd } from "../core/plan/way-back-budget.ts";
import { aheadLines, quotaTable } from "./account-room.ts";
import { alongsideTable } from "./alongside.ts";
import { gateTable } from "./gates.ts";
import { inPlaceLines } from "./in-place.ts";
import { milestoneTable } from "./milestones.ts";
import { qualityLines } from "./quality.ts";
import { reservedLines } from "./reserved.ts";
import { keptText, revertText } from "./reverting.ts";
import { stageTable } from "./stage-outlook.ts";
import { strategyTable } from "./strategies.ts";
import { apart, margin, type Page, paragraph } from "./summary/page.ts";
import { cost, count, duration, instancesText, percent, usd } from "./text/figures.ts";
import { table, wrap } from "./text/layout.ts";

/** In lines. */
export function outlookPage(outlook: Outlook, page: Page): string[] {
  return apart([
    head(outlook, page),
    stageTable(outlook, page),
    sightTable(outlook, page),
    releaseTable(outlook, page),
    expenseTable(outlook, page),
    strategyTable(outlook.strategies, page),
    inPlaceLines(outlook.inPlace, page),
    alongsideTable(outlook.alongside, page),
    quotaTable(outlook, page),
    aheadLines(outlook, page),
    milestoneTable(outlook.milestones, page),
    reservedLines(outlook.reserved, page),
    qualityLines(outlook.quality, page),
    gateTable(outlook.gates, page),
    closing(outlook, page),
  ]);
}

function head({ model, endpoint, requirements, ceilings }: Outlook, page: Page): string[] {
  const { latencyMsP99, errorRatePercent, peakRequestsPerSecond, utilisationPercent } = requirements;
  return [
    `${margin}${page.paint.green("✔")} ${page.paint.bold(model)}  the plan is valid`,
    "",
    ...paragraph(
      page,
      "endpoint",
      `${endpoint.name}: ${endpoint.instances} ${endpoint.instanceType}, ${count(endpoint.requestsPerSecondPerInstance)} requests per second each`,
    ),
    ...paragraph(
      page,
      "must keep",
      `p99 within ${latencyMsP99 < 10 ? latencyMsP99 : count(latencyMsP99)} ms and errors within ${percent(errorRatePercent)} at up to ${count(peakRequestsPerSecond)} requests per second, ${percent(utilisationPercent)} full${requirements.load === "forecast" ? "; a release is sized for what is forecast while it lasts, where that is less" : ""}`,
    ),
    ...paragraph(page, "ceilings", ceilings.map(ceilingText).join("; ") || "none"),
  ];
}

const measured: Readonly<Record<Outlook["ceilings"][0]["of"], readonly [what: string, unit: string]>> = {
  "latency-p99-ms": ["p99", " ms"],
  "error-rate-percent": ["errors", " %"],
  "cpu-percent": ["CPU", " %"],
  "gpu-percent": ["GPU", " %"],
  "memory-percent": ["memory", " %"],
};

function ceilingText({ name, of, ceiling, minutes, isRequired }: Outlook["ceilings"][0]): string {
  const [what, unit] = measured[of];
  const value = ceiling < 10 ? ceiling : count(ceiling);
  const whence = isRequired ? ", as must be kept" : "";
  return `${name}, ${what} above ${value}${unit} in ${minutes.breaching} of ${minutes.outOf} minutes${whence}`;
}

function sightTable({ sight, load }: Outlook, { width, paint }: Page): string[] {
  if (sight.length === 0) return [];
  const { findsMinutes = [] } = sight.find(({ unlikeTimes }) => unlikeTimes === undefined) ?? {};
  const columns = [
    { head: "stage", align: "right" },
    { head: "by" },
    ...findsMinutes.map(({ times }) => ({ head: `${times}× as bad`, align: "right" as const })),
    { head: "finds from", align: "right" },
    { head: "proved safe", align: "right" },
  ] as const;
  const shown = (minutes: number | null, bakeMinutes: number) => {
    const text = minutes === null ? "never" : minutes < 1 ? "1 min" : duration(minutes * 60);
    return minutes !== null && minutes <= bakeMinutes ? text : paint.yellow(text);
  };
  const rows = sight.map(({ trafficPercent, kpi, unlikeTimes, bakeMinutes, ...finds }) => [
    percent(trafficPercent),
    kpi,
    ...(unlikeTimes === undefined
      ? [
          ...finds.findsMinutes.map(({ minutes }) => shown(minutes, bakeMinutes)),
          finds.leastTimes === null ? paint.yellow("nothing") : timesText(finds.leastTimes),
          shown(finds.provesSafeMinutes, bakeMinutes),
        ]
      : [paint.yellow("not compared")]),
  ]);
  const unlike = sight.flatMap(({ trafficPercent, kpi, unlikeTimes }) =>
    unlikeTimes === undefined
      ? []
      : [
          ` At ${percent(trafficPercent)} ${kpi} is not compared: each of the candidate's instances carries ${count(unlikeTimes)}× what stable's do; ceilings judge it.`,
        ],
  );
  return [
    ...indented(table(columns, rows, { width: width - margin.length, head: paint.dim })),
    ...wrap(
      `Minutes until a candidate is found out, or proved safe, at ${count(load.requestsPerSecond)} requests per second of which ${percent(load.errorPercent)} fail; and how much worse one must be to be found by the end of the bake about every other time.${leastText(sight)}${unlike.join("")}`,
      width - margin.length,
    ).map((line) => paint.dim(margin + line)),
  ];
}

const timesText = (times: number): string => `${times < 2 ? times.toFixed(2) : count(times)}×`;

/** The smallest regression that the whole rollout finds, by each KPI. */
function leastText(sight: Outlook["sight"]): string {
  const byKpi = Map.groupBy(sight, ({ kpi }) => kpi);
  const parts = [...byKpi].map(([kpi, all]) => {
    const least = Math.min(...all.map(({ leastTimes }) => leastTimes ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(least) ? `${kpi} from ${timesText(least)} on` : `nothing by ${kpi}`;
  });
  return ` The whole rollout finds ${parts.join(" and ")}, with the noise that is assumed until stable's is measured; what is less may be found or promoted.`;
}

function releaseTable({ releases }: Outlook, { width, paint }: Page): string[] {
  const columns = [
    { head: "release" },
    { head: "candidate" },
    { head: "quota it takes" },
    { head: "takes", align: "right" },
    { head: "cost", align: "right" },
    { head: "" },
  ] as const;
  const row = (release: Omit<ReleaseOutlook, "releaseType" | "isDefault">, head: string, tail: string) => [
    head,
    `${release.candidate.instances} ${release.candidate.instanceType}`,
    instancesText(release.peak),
    duration(release.minutes * 60),
    cost(release.costUsd),
    tail,
  ];
  const rows = releases.flatMap(({ fallback = [], ...release }) => [
    row(release, release.releaseType, release.isDefault ? paint.dim("default") : ""),
    ...fallback.map((other) => row(other, paint.dim("  else on"), "")),
  ]);
  return indented(table(columns, rows, { width: width - margin.length, head: paint.dim }));
}

/** What the default release is expected to raise, item by item; a rehearsal's summary has the same items. */
function expenseTable({ releases }: Outlook, { width, paint }: Page): string[] {
  const release = releases.find(({ isDefault }) => isDefault);
  if (release === undefined) return [];
  const columns = [
    { head: `a ${release.releaseType} release` },
    { head: "minutes", align: "right" },
    { head: "instance-hours raised", align: "right" },
    { head: "cost", align: "right" },
  ] as const;
  const rows = release.expenses.map(({ item, minutes, instanceHours, usd: spent }) => [
    item,
    count(minutes),
    count(instanceHours),
    cost(spent),
  ]);
  return [
    ...indented(table(columns, rows, { width: width - margin.length, head: paint.dim })),
    ...wrap(
      `On top of the steady fleet: both fleets launch anew to join; the candidate stands beside stable for its bakes and the waits for weights and metrics; it launches anew once more when stable leaves.${oddsText(release)}${waitingText(release)}${spareText(release)}`,
      width - margin.length,
    ).map((line) => paint.dim(margin + line)),
  ];
}

const oddsText = ({ costUsd, costP95Usd }: ReleaseOutlook): string =>
  costUsd === null
    ? ""
    : ` Half of healthy releases raise at most ${cost(costUsd)}, nineteen of twenty at most ${cost(costP95Usd)}.`;

const spareText = ({ candidate, spare }: ReleaseOutlook): string =>
  spare === undefined
    ? ""
    : ` Of its ${candidate.instances} instances ${spare.instances} ${spare.instances === 1 ? "is" : "are"} spare, so that a zone may be lost: ${cost(spare.usd)} of this, and as many instances from its promotion on, as far as auto scaling leaves them.`;

const waitingText = ({ candidate, waiting }: ReleaseOutlook): string =>
  waiting === undefined
    ? ""
    : ` Of its ${candidate.instances} instances ${waiting.instances} ${waiting.instances === 1 ? "is" : "are"} there so that requests do not wait too long for a free place: without, ${percent(waiting.latePercent)} of them would take longer than the plan allows at its peak. That is ${cost(waiting.usd)} of this.`;

function closing(outlook: Outlook, page: Page): string[] {
  const { budget, historyEvents, historyLimitEvents, holdMinutes, warnings } = outlook;
  const room = page.width - 2 * margin.length;
  return [
    ...paragraph(
      page,
      "budget",
      `${usd(budget.usdPerRelease)} for what a release raises; at most ${count(budget.maxLockedMinutes)} locked minutes`,
    ),
    ...paragraph(page, "prices", `an hour of ${pricesText(outlook)}`),
    ...paragraph(
      page,
      "way back",
      `${usd(wayBackUsd(budget))} and ${count(budget.wayBack.minutes)} minutes; what is not back then is left to the sweep`,
    ),
    ...paragraph(page, "kept", keptText(outlook)),
    ...paragraph(page, "revert", revertText(outlook)),
    ...paragraph(
      page,
      "history",
      `at most ${count(historyEvents)} events of the ${count(historyLimitEvents)} that an execution may write, beside queues and freezes: a release that waits for long goes on in a new execution`,
    ),
    ...paragraph(
      page,
      "may wait",
      `before its first change in the queue or in a freeze for as long as it takes; ${
        holdMinutes === null
          ? "with its candidate beside stable as long as it takes, since that costs nothing known"
          : `with its candidate beside stable ${duration(holdMinutes * 60)} in all, until its budget is spent`
      }`,
    ),
    ...(warnings.length > 0 ? [""] : []),
    ...warnings.flatMap((warning) =>
      wrap(warning, room).map((line, i) => `${margin}${i === 0 ? page.paint.yellow("!") : " "} ${line}`),
    ),
  ];
}

const pricesText = ({ prices, budget: { discountPercent = 0 } }: Outlook): string =>
  `${priceLines(prices).join("; ")}${discountPercent === 0 ? "" : `; ${percent(discountPercent)} off list prices`}`;

const indented = (lines: readonly string[]): string[] => lines.map((line) => margin + line);
