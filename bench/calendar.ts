/**
 * How long the calendar of many plans takes: their milestones of a quarter, and what of them does not go together, with growth
 * in the number of plans. `npm run bench:calendar`.
 */
import { readFileSync } from "node:fs";
import { streams } from "#twin/world";
import { type AccountInUse, conflictsOf } from "../src/core/calendar/conflicts.ts";
import { occurrencesOf } from "../src/core/calendar/occurrences.ts";
import { parsePlan } from "../src/core/plan/file.ts";
import type { Plan, When } from "../src/core/plan/plan.ts";

const quarterMs = 91 * 86_400_000;
const fromMs = Date.UTC(2027, 0, 1);
const zones = ["UTC", "Europe/Amsterdam", "America/New_York", "Asia/Tokyo", "Australia/Sydney"];
const weekdays = ["MON", "TUE", "WED", "THU", "FRI"];

function planOf(path: string): Plan {
  const parsed = parsePlan(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"), path);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.plan;
}
const kinds = [
  planOf("plans/chat-assistant.yml"),
  planOf("test/data/plans/fraud-scoring.yml"),
  planOf("test/data/plans/short-and-whole.yml"),
];

/** Released each week or once, trained each week, on an endpoint of its own but for every twentieth. */
function plansOf(count: number): Plan[] {
  const random = streams(1)("plans", 0);
  const draw = () => random.uniform();
  const one = <T>(all: readonly T[]): T => all[Math.floor(draw() * all.length)] as T;
  return Array.from({ length: count }, (_, nth) => {
    const base = one(kinds);
    const timeZone = one(zones);
    const weekly = (): When => ({
      cron: `cron(${Math.floor(draw() * 60)} ${8 + Math.floor(draw() * 10)} ? * ${one(weekdays)} *)`,
      timeZone,
      start: "on-date",
    });
    const dated = (): When => ({
      at: new Date(fromMs + draw() * quarterMs).toISOString().slice(0, 19),
      timeZone,
      start: "ahead",
    });
    const { pool } = kinds[0]?.milestones.training ?? {};
    return {
      ...base,
      model: `model-${nth}`,
      endpoint: { ...base.endpoint, name: `endpoint-${nth % 20 === 19 ? nth - 1 : nth}` },
      budget: { ...base.budget, usdPerMonth: 250 },
      milestones: {
        training: { when: weekly(), pool },
        production: { when: draw() < 0.7 ? weekly() : dated() },
      },
    };
  });
}

/** Room for the steady fleets, and for a twentieth of all releases at one time. */
function accountFor(plans: readonly Plan[]): AccountInUse {
  const quota: Record<string, number> = {};
  for (const { endpoint } of plans)
    quota[endpoint.instanceType] = (quota[endpoint.instanceType] ?? 0) + 1.1 * endpoint.instances;
  const none = {
    "endpoint usage": {},
    "training job usage": {},
    "training warm pool usage": {},
    "cluster usage": {},
  };
  const pools = { "ml.g5.12xlarge": plans.length / 25 };
  return {
    quota: {
      "endpoint usage": quota,
      "training job usage": pools,
      "training warm pool usage": pools,
      "cluster usage": {},
    },
    elsewhere: none,
  };
}

function run(count: number) {
  const plans = plansOf(count);
  const account = accountFor(plans);
  const startMs = performance.now();
  const span = { fromMs, toMs: fromMs + quarterMs };
  const occurrences = plans.flatMap((plan) => occurrencesOf(plan, span, { launches: [] }));
  const conflicts = conflictsOf(plans, occurrences, account);
  return {
    plans: count,
    occurrences: occurrences.length,
    conflicts,
    seconds: (performance.now() - startMs) / 1000,
  };
}

run(20);
const rows = [125, 250, 500, 1000].map(run);
const [first] = rows;
process.stdout.write("  plans  occurrences  conflicts  seconds  per plan, of that at 125\n");
for (const { plans, occurrences, conflicts, seconds } of rows) {
  const growth = seconds / plans / ((first?.seconds ?? 1) / (first?.plans ?? 1));
  const cells = [plans, occurrences, conflicts.length, seconds.toFixed(2), growth.toFixed(2)];
  process.stdout.write(
    `${cells.map((cell, nth) => String(cell).padStart([7, 13, 11, 9, 26][nth] ?? 0)).join("")}\n`,
  );
}
const megabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`at most ${Math.round(megabytes)} MB resident; goal: 500 plans in 10 s and 512 MB\n`);
const kindsFound = Map.groupBy(rows[2]?.conflicts ?? [], ({ what }) => what);
process.stdout.write(
  `of 500 plans: ${[...kindsFound].map(([what, some]) => `${some.length} ${what}`).join(", ")}\n`,
);
