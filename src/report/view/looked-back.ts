/** What a release's own retrospective has beside what its intervals show: what it was slow or quick in, and what it taught. */
import type { Retrospective } from "../../core/release/retrospective.ts";
import { count, duration } from "../text/figures.ts";
import type { Comparison } from "./compared.ts";

export function learnt(back: Retrospective | undefined): Comparison[] {
  if (back === undefined) return [];
  return [...lead(back), ...detected(back), ...forecast(back), ...modelLoad(back), ...throughput(back)];
}

const row = (what: string, planned: string, happened: string, isBeyond = false): Comparison => ({
  what,
  planned,
  happened,
  isBeyond,
});

function lead({ leadMinutes }: Retrospective): Comparison[] {
  if (leadMinutes === undefined) return [];
  const { planned, happened } = leadMinutes;
  const [ahead, took] = [planned, happened].map((minutes) => duration(60 * minutes));
  return [
    row("from its start until it was there", `${ahead} ahead of its date`, `${took}`, happened > planned),
  ];
}

const detected = ({ minutesToDetect: minutes }: Retrospective): Comparison[] =>
  minutes === undefined
    ? []
    : [row("until it was judged bad", "", `${duration(60 * minutes)} from its first traffic on`)];

function forecast({ load }: Retrospective): Comparison[] {
  if (load?.forecast === undefined || load.highest === undefined) return [];
  const { requestsPerSecond, percent } = load.forecast;
  const error = Math.round((100 * (load.highest - requestsPerSecond)) / requestsPerSecond);
  const planned = `below ${count(requestsPerSecond)} on ${count(percent)} % of such times`;
  const off = error === 0 ? "as forecast" : `${Math.abs(error)} % ${error > 0 ? "above" : "below"} that`;
  return [row("the load that was forecast", planned, `up to ${count(load.highest)}, ${off}`, error > 0)];
}

function modelLoad({ modelLoad: load }: Retrospective): Comparison[] {
  if (load === undefined) return [];
  const { plannedSeconds, moreThan, atMost } = load;
  const happened =
    atMost === undefined
      ? `more than ${duration(moreThan)}`
      : `${moreThan === 0 ? "" : `${duration(moreThan)} to `}${duration(atMost)}`;
  return [
    row(
      "until its instances answered",
      `within ${duration(plannedSeconds)}`,
      happened,
      moreThan > plannedSeconds,
    ),
  ];
}

const byWhom = { "load-test": "under load", traffic: "with its traffic" } as const;

function throughput({ throughput: told }: Retrospective): Comparison[] {
  if (told === undefined) return [];
  return told.seen.map(({ moreThan, atMost, by }) => {
    const bounds = [
      ...(moreThan > 0 ? [`at least ${count(moreThan)}`] : []),
      ...(atMost === undefined ? [] : [`at most ${count(atMost)}`]),
    ];
    const isLess = atMost !== undefined && atMost < told.planned;
    return row(
      `served by an instance, ${byWhom[by]}`,
      `${count(told.planned)}/s at full load`,
      bounds.join(", "),
      isLess,
    );
  });
}
