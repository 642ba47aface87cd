/**
 * Traffic of a team's own out of a file: a CSV of times and requests, or the JSON that the AWS command line prints of
 * `cloudwatch get-metric-data` or `get-metric-statistics`. Each mistake is one message.
 */

import type { Recording } from "#twin/world";
import type { RecordedRow } from "../../core/forecast/load-history.ts";
import type { Mistake } from "../../core/input/bad-input.ts";
import { foundText } from "../../core/input/bad-input.ts";
import { checkJson } from "../../core/input/json-text.ts";

export type ReadRecording =
  | { readonly ok: true; readonly recording: Recording }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };
export type ReadRows =
  | { readonly ok: true; readonly rows: readonly RecordedRow[] }
  | { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** Its time is one of the epoch, or minutes of no date. */
type Row = RecordedRow;
type Found =
  | { readonly rows: readonly Row[]; readonly everySeconds?: number }
  | { readonly mistakes: readonly Mistake[] };

/** Told of one by one; the rest are counted. */
const mostTold = 10;
const mostEntries = 100_000;

/** `file` is only named in mistakes; the caller has read it. */
export function recordingIn(text: string, file: string): ReadRecording {
  const found = foundIn(text, file);
  const told = "mistakes" in found ? found : evenly(found.rows);
  return "mistakes" in told ? refused(told.mistakes, file) : { ok: true, recording: told };
}

/** The same with its times, as they were recorded: what is missing between is not there. */
export function recordedRows(text: string, file: string): ReadRows {
  const found = foundIn(text, file);
  if ("mistakes" in found) return refused(found.mistakes, file);
  const told = evenly(found.rows);
  return "mistakes" in told ? refused(told.mistakes, file) : { ok: true, rows: found.rows };
}

const foundIn = (text: string, file: string): Found =>
  /^\s*[{[]/.test(text) ? fromCloudWatch(text, file) : fromCsv(text);

function refused(mistakes: readonly Mistake[], file: string): { ok: false; mistakes: Mistake[] } {
  const some = mistakes.slice(0, mostTold).map((each) => ({ ...each, file }));
  const more = mistakes.length - some.length;
  const rest = { file, where: "the rest", expected: "no mistakes", found: `${more} more like these` };
  return { ok: false, mistakes: more > 0 ? [...some, rest] : some };
}

const wrong = (where: string, expected: string, found: string, line?: number): { mistakes: Mistake[] } => ({
  mistakes: [{ where, expected, found, ...(line === undefined ? {} : { line }) }],
});

/** Lines of time and requests, with or without a line of heads. */
function fromCsv(text: string): Found {
  const lines = text
    .split(/\r\n?|\n/)
    .map((line, i) => ({ cells: line.split(/[,;\t]/).map(bare), nth: i + 1 }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
  const [first] = lines;
  const hasHeads =
    first !== undefined && countOf(first.cells[1]) === undefined && timeOf(first.cells[0]) === undefined;
  const rows: Row[] = [];
  const mistakes: Mistake[] = [];
  for (const { cells, nth: line } of lines.slice(hasHeads ? 1 : 0)) {
    const [atMs, requests] = [timeOf(cells[0]), countOf(cells[1])];
    if (cells.length !== 2)
      mistakes.push({
        line,
        where: "the line",
        expected: "two values, a time and requests",
        found: String(cells.length),
      });
    else if (atMs === undefined)
      mistakes.push({ line, where: "the time", expected: timeText, found: foundText(cells[0]) });
    else if (requests === undefined)
      mistakes.push({
        line,
        where: "the requests",
        expected: "a number, 0 or more",
        found: foundText(cells[1]),
      });
    else rows.push({ atMs, requests });
    const [before, last] = rows.slice(-2);
    if (before !== undefined && last !== undefined && last.atMs <= before.atMs) {
      mistakes.push({
        line,
        where: "the time",
        expected: "a later one than in the line before",
        found: foundText(cells[0]),
      });
      rows.pop();
    }
  }
  return mistakes.length > 0 ? { mistakes } : { rows };
}

const bare = (cell: string): string => cell.trim().replace(/^"(.*)"$/, "$1");
const timeText = "a minute such as 0 or a time such as 2026-01-05T08:00:00Z";

/** A minute counted from anywhere, seconds or milliseconds of the epoch, or a date and time. */
function timeOf(text: unknown): number | undefined {
  if (typeof text === "number" || (typeof text === "string" && /^\d+(\.\d+)?$/.test(text))) {
    const value = Number(text);
    return value < 1e8 ? value * 60_000 : value < 1e11 ? value * 1000 : value;
  }
  if (typeof text !== "string" || !/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const isZoned = /(Z|[+-]\d\d:?\d\d)$/.test(text);
  const atMs = Date.parse(isZoned ? text : `${text.replace(" ", "T")}${text.length > 10 ? "Z" : ""}`);
  return Number.isFinite(atMs) ? atMs : undefined;
}

function countOf(value: unknown): number | undefined {
  const number = typeof value === "string" && /^\d+(\.\d+)?(e\+?\d+)?$/i.test(value) ? Number(value) : value;
  return typeof number === "number" && number >= 0 && number <= 1e12 ? number : undefined;
}

type Json = Readonly<Record<string, unknown>>;
const isMap = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function fromCloudWatch(text: string, file: string): Found {
  const parsed = checkJson(text, file);
  if (!parsed.ok) return { mistakes: parsed.mistakes };
  const { value } = parsed;
  if (isMap(value) && Array.isArray(value.MetricDataResults)) return fromData(value.MetricDataResults);
  if (isMap(value) && Array.isArray(value.Datapoints)) return fromStatistics(value.Datapoints);
  const expected = "what get-metric-data prints (MetricDataResults) or get-metric-statistics (Datapoints)";
  return wrong("the whole document", expected, foundText(value));
}

/** One result; its pages may have come as several of the same Id. */
function fromData(results: readonly unknown[]): Found {
  const ids = [...new Set(results.map((each) => (isMap(each) ? String(each.Id) : "")))];
  if (ids.length !== 1)
    return wrong(
      "MetricDataResults",
      "one metric, the Sum of Invocations",
      ids.length === 0 ? "none" : `${ids.length} (${ids.join(", ")})`,
    );
  const points = results.filter(isMap).flatMap(({ Timestamps, Values }, nth) => {
    const [times, values] = [Timestamps, Values].map((each) => (Array.isArray(each) ? each : []));
    return (times ?? []).map((time, i) => ({
      where: `MetricDataResults[${nth}]`,
      i,
      time,
      value: values?.[i],
    }));
  });
  return pointed(
    points.map(({ where, i, time, value }) => ({
      time,
      value,
      timeAt: `${where}.Timestamps[${i}]`,
      valueAt: `${where}.Values[${i}]`,
    })),
  );
}

function fromStatistics(datapoints: readonly unknown[]): Found {
  const withoutSum = datapoints.find((each) => isMap(each) && each.Sum === undefined);
  if (isMap(withoutSum)) {
    const others = Object.keys(withoutSum).filter((key) => !["Timestamp", "Unit"].includes(key));
    return wrong("Datapoints", "the Sum of Invocations (--statistics Sum)", others.join(", ") || "none");
  }
  return pointed(
    datapoints.map((each, i) => ({
      time: isMap(each) ? each.Timestamp : undefined,
      value: isMap(each) ? each.Sum : undefined,
      timeAt: `Datapoints[${i}].Timestamp`,
      valueAt: `Datapoints[${i}].Sum`,
    })),
  );
}

interface Point {
  readonly time: unknown;
  readonly value: unknown;
  readonly timeAt: string;
  readonly valueAt: string;
}

/** In the order of time: CloudWatch's own order is none, or the newest first. */
function pointed(points: readonly Point[]): Found {
  const mistakes: Mistake[] = [];
  const rows: Row[] = [];
  for (const { time, value, timeAt, valueAt } of points) {
    const [atMs, requests] = [timeOf(time), countOf(value)];
    if (atMs === undefined)
      mistakes.push({
        where: timeAt,
        expected: "a time such as 2026-01-05T08:00:00Z",
        found: foundText(time),
      });
    else if (requests === undefined)
      mistakes.push({ where: valueAt, expected: "a number, 0 or more", found: foundText(value) });
    else rows.push({ atMs, requests });
  }
  return mistakes.length > 0 ? { mistakes } : { rows: rows.sort((a, b) => a.atMs - b.atMs) };
}

/** Entries of one length, that of the shortest step; what is missing between, nobody asked for. */
function evenly(rows: readonly Row[]): Recording | { mistakes: readonly Mistake[] } {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || rows.length < 2)
    return wrong("the recording", "at least two times with requests", String(rows.length));
  const steps = rows.slice(1).map(({ atMs }, i) => atMs - (rows[i]?.atMs ?? 0));
  const stepMs = Math.min(...steps);
  if (stepMs < 1000 || stepMs > 86_400_000)
    return wrong("the recording", "times a second to a day apart", `${stepMs / 1000} s`);
  const odd = steps.findIndex((step) => step % stepMs !== 0);
  if (odd !== -1)
    return wrong(
      "the recording",
      `times in steps of ${stepMs / 1000} s`,
      `${(steps[odd] ?? 0) / 1000} s before ${new Date(rows[odd + 1]?.atMs ?? 0).toISOString()}`,
    );
  const entries = (last.atMs - first.atMs) / stepMs + 1;
  if (entries > mostEntries) return wrong("the recording", `at most ${mostEntries} entries`, String(entries));
  const requests = Array.from({ length: entries }, () => 0);
  for (const { atMs, requests: came } of rows) requests[(atMs - first.atMs) / stepMs] = came;
  if (requests.every((came) => came === 0)) return wrong("the recording", "requests", "none at any time");
  return { everySeconds: stepMs / 1000, requests };
}
