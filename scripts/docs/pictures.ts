/** The pictures of docs/JUDGING.md: evidence of two rehearsals, and what is seen at which traffic. */
import { readPlan } from "../../src/cli/inputs.ts";
import { factsOf } from "../../src/rehearsal/facts/facts.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { looksIn } from "../../src/report/view/evidence-charts.ts";
import { toldByRehearsal } from "../../src/report/view/rehearsed.ts";
import { type ReleaseTold, secondsInto } from "../../src/report/view/told.ts";
import { sightOf } from "./judging-page.ts";
import { svgOf } from "./svg.ts";

const plan = readPlan("plans/chat-assistant.yml");

export async function pictures(): Promise<Map<string, string>> {
  const healthy = await toldIn("healthy");
  const bad = await toldIn("late-fault");
  return new Map([
    ["docs/pictures/evidence-of-harm.svg", harmPicture(healthy, bad)],
    ["docs/pictures/evidence-of-safety.svg", safetyPicture(healthy)],
    ["docs/pictures/sight.svg", sightPicture()],
  ]);
}

async function toldIn(world: string): Promise<ReleaseTold> {
  const request = { plan, world: loadWorld(world), seed: 1, event: { model: plan.model, version: 7 } };
  return toldByRehearsal(factsOf(request, world, await rehearseHere(request, releaseParts)), plan);
}

type Points = (readonly [x: number, y: number | null])[];

/** What a look at the errors came to, of what it takes, percent; by minutes since the release began. */
function evidenceIn(told: ReleaseTold, of: "harm" | "safety"): Points {
  return looksIn(told).flatMap(({ at, kpis }) => {
    const errors = kpis.find(({ name }) => name === "errors");
    const [log, threshold] =
      of === "harm" ? [errors?.logE, errors?.logThreshold] : [errors?.logSafe, errors?.logSafeThreshold];
    if (log === undefined || threshold === undefined) return [];
    return [[secondsInto(told, at) / 60, (100 * log) / threshold] as const];
  });
}

const stagesIn = ({ shares }: ReleaseTold) =>
  shares.map(({ fromSeconds, trafficPercent }) => [fromSeconds / 60, `${trafficPercent} %`] as const);

const minutes = (to: number) => ({
  label: "minutes since the release began",
  from: 10,
  to,
  ticks: [10, 20, 30, 40, 50, 60, 70, 80, 90].filter((at) => at <= to).map((at) => [at, `${at}`] as const),
});

const percentAxis = {
  label: "of what it takes",
  from: -120,
  to: 150,
  ticks: [-100, 0, 100].map((at) => [at, `${at} %`] as const),
};

function harmPicture(healthy: ReleaseTold, bad: ReleaseTold): string {
  const [good, found] = [evidenceIn(healthy, "harm"), evidenceIn(bad, "harm")];
  const x = minutes(Math.ceil(good.at(-1)?.[0] ?? 90));
  const most = Math.max(...good.map(([, y]) => y ?? 0));
  const [end] = found.at(-1) ?? [0];
  return svgOf({
    title: "Evidence of harm, errors: the same release with a good and with a bad candidate",
    description: `With a candidate as good as stable the evidence came to ${Math.round(most)} % of what a rollback takes at most, and fell below that as the stages went on. With one that fails six times as often above 25 % of traffic it reached what it takes in minute ${Math.round(end)}, a few minutes after the shift to 50 %.`,
    x,
    y: percentAxis,
    moments: stagesIn(healthy),
    lines: [
      { label: "a good candidate", colour: "stable", points: good },
      { label: "a bad one above 25 %", colour: "candidate", dashes: "8 4", points: found },
      {
        label: "what a rollback takes",
        colour: "threshold",
        dashes: "9 3 2 3",
        points: [
          [x.from, 100],
          [x.to, 100],
        ],
      },
    ],
  });
}

function safetyPicture(healthy: ReleaseTold): string {
  const safe = evidenceIn(healthy, "safety");
  const x = minutes(Math.ceil(safe.at(-1)?.[0] ?? 90));
  const stages = stagesIn(healthy);
  const parts = stages.map(([from], nth) => {
    const until = stages[nth + 1]?.[0] ?? Number.POSITIVE_INFINITY;
    return safe.filter(([at]) => at >= from && at < until);
  });
  const peaks = parts.map((part, nth) => {
    const most = Math.max(...part.map(([, y]) => y ?? 0));
    return `${most >= 100 ? "all" : `${Math.round(most)} %`} of it at ${stages[nth]?.[1]} of traffic`;
  });
  return svgOf({
    title: "Evidence of safety, errors: it begins anew with each stage",
    description: `Evidence that the candidate fails less than twice as often as stable, of what a proof takes, in a healthy rehearsal of the sample; drawn up to 150 %. It begins at nothing with each stage and came to ${peaks.join(", ")}.`,
    x,
    y: percentAxis,
    moments: stages,
    lines: [
      {
        label: "of safety, this stage",
        colour: "good",
        points: parts.flatMap((part): Points => [...part, [part.at(-1)?.[0] ?? 0, null]]),
      },
      {
        label: "what a proof takes",
        colour: "threshold",
        dashes: "9 3 2 3",
        points: [
          [x.from, 100],
          [x.to, 100],
        ],
      },
    ],
  });
}

function sightPicture(): string {
  const shares = [5, 25, 50];
  const loads = Array.from({ length: 33 }, (_, nth) => 30 * 2 ** (nth / 2.9));
  const seen = loads.map((requestsPerMinute) => sightOf({ requestsPerMinute, shares, bakeMinutes: 30 }));
  const colours = ["candidate", "stable", "good"] as const;
  const dashes = ["8 4", "2 3", undefined];
  return svgOf({
    title: "The least harm that a bake of 30 minutes finds about every other time",
    description:
      "Eight instances on either side, of whose requests 0.5 % fail. At 60 requests a minute a candidate has to fail about seven times as often to be found at half of the traffic, at 600 two and a half times, at 6,000 one and a half times; at 5 % of the traffic it takes more.",
    x: {
      label: "requests a minute, of both sides",
      from: 30,
      to: 60_000,
      isLog: true,
      ticks: [30, 100, 300, 1000, 3000, 10_000, 30_000].map(
        (at) => [at, at.toLocaleString("en-US")] as const,
      ),
    },
    y: {
      label: "times as often as stable",
      from: 1,
      to: 20,
      isLog: true,
      ticks: [1, 1.5, 2, 3, 5, 10, 20].map((at) => [at, `${at}×`] as const),
    },
    lines: shares.map((share, nth) => ({
      label: `${share} % of traffic`,
      colour: colours[nth] ?? "mark",
      ...(dashes[nth] === undefined ? {} : { dashes: dashes[nth] }),
      points: loads.map((load, at) => [load, seen[at]?.[nth]?.leastTimes ?? null] as const),
    })),
  });
}
