/** What each of the candidate's instances had a part in, beside what was seen of the whole. */
import { expect, test } from "vitest";
import { withHosts } from "../../../src/core/kpis/instances.ts";
import type { Side } from "../../../src/core/kpis/kinds/kind.ts";
import { observationsFrom } from "../../../src/core/kpis/metrics.ts";
import { seriesBook } from "../../../src/core/kpis/series.ts";
import { plan } from "../example.ts";

const minute = 1_780_000_020;

/** One minute's values by part, of a whole side or of one of its instances. */
const read = (of: { kpi: string; side: Side; instance?: string }, parts: Readonly<Record<string, number>>) =>
  Object.entries(parts).map(
    ([part, value]) => [{ of: { ...of, part } }, new Map([[minute, value]])] as const,
  );
/** Of one instance: requests, and those that failed. */
const counted = (side: Side, instance: string, [total, bad5xx]: readonly [number, number]) =>
  read({ kpi: "errors", side, instance }, { total, bad5xx });
const latency = { mean: 450_000, count: 100 };
const [errors, times] = [
  { kpi: "errors", side: "candidate" },
  { kpi: "latency", side: "candidate" },
] as const;

const hostsOf = (...single: ReturnType<typeof counted>[]) => {
  const book = seriesBook([
    ...read(errors, { total: 100, bad5xx: 3 }),
    ...read(times, latency),
    ...single.flat(),
  ]);
  const seen = withHosts(plan, observationsFrom(plan, book), { book, instanceIds: ["i-1", "i-2"] });
  return Object.fromEntries(seen.map(({ kpi, hosts }) => [kpi, hosts]));
};

test("counts have those of each instance beside them, and what is no count has none", () => {
  const hosts = hostsOf(
    ...[counted("candidate", "i-1", [60, 3]), counted("candidate", "i-2", [40, 0])],
    read({ ...times, instance: "i-1" }, latency),
  );

  expect(hosts).toEqual({
    errors: { "i-1": { requests: 60, bad: 3 }, "i-2": { requests: 40, bad: 0 } },
    latency: undefined,
  });
});

test("an instance of stable's, or one that was not seen, is none of the candidate's", () => {
  const [own, stables] = [counted("candidate", "i-1", [60, 3]), counted("stable", "i-2", [40, 0])];

  expect(hostsOf(own, stables).errors).toEqual({ "i-1": { requests: 60, bad: 3 } });
  expect(hostsOf(stables).errors).toBeUndefined();
});
