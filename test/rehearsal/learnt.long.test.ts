/**
 * A milestone that comes every day, in a world whose instances take longer than is believed: by its third time it is ready
 * by its date. The schedules stand and fire as in an account; nobody applies the plan again.
 */
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { WorldSpec } from "#twin/world";
import { Plan } from "../../src/core/plan/plan.ts";
import { plan as sample } from "../core/example.ts";
import { partOf } from "../part.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const plan = Plan.parse({
  ...sample,
  milestones: {
    ...sample.milestones,
    training: { ...sample.milestones.training, when: { cron: "cron(0 12 * * ? *)", timeZone: "UTC" } },
  },
});
const ignored: unknown = JSON.parse(
  readFileSync(new URL("../../events/registry-pending.json", import.meta.url), "utf8"),
);

const asked = { plan, event: ignored, scheduled: { days: 3.5 } };
type Realignment = typeof import("../../src/core/calendar/realignment.ts");

afterEach(() => {
  vi.doUnmock("../../src/core/calendar/realignment.ts");
  vi.resetModules();
});

/** By how many minutes each day's pool was late; 0 where it was in time. */
async function lateness(world: string | WorldSpec, seed: number): Promise<number[]> {
  const { record, violations } = await rehearsing({ ...asked, world, seed });
  expect(violations).toEqual([]);
  expect(record.undelivered).toEqual([]);
  const raised = record.executions.filter(({ name }) => !name.startsWith("keep-"));
  return raised.flatMap(({ outcome, reason }) =>
    outcome === "done" && /warm pool is available/.test(reason)
      ? Number(/; (\d+) min after it was due/.exec(reason)?.[1] ?? 0)
      : [],
  );
}

/** Four times as slow as is believed. */
const slow = WorldSpec.parse({
  description: "Instances take twenty minutes and more.",
  provisioning: { secondsP50: 1400, secondsP95: 2100 },
});

test("slower than believed: late at its first date, and in time once two are known", async () => {
  const all: number[][] = [];
  const seeds = partOf([1, 2, 3, 4, 5, 6], 3);
  for (const seed of seeds) all.push(await lateness(slow, seed));
  const late = (nth: number) => all.filter((days) => (days[nth] ?? 0) > 0).length;

  expect(late(0)).toBe(seeds.length);
  // By the plan's quantile one of twenty may be late.
  expect(late(2)).toBeLessThanOrEqual(1);
});

test("as believed is in time from the first, and later as often as its plan's quantile says", async () => {
  const all: number[][] = [];
  const seeds = partOf([1, 2, 3], 2);
  for (const seed of seeds) all.push(await lateness("healthy", seed));

  expect(all.map(([first]) => first)).toEqual(seeds.map(() => 0));
  expect(all.flat()).toHaveLength(4 * seeds.length);
  // One of twenty may be late, by little.
  expect(all.flat().filter((minutes) => minutes > 0).length).toBeLessThanOrEqual(2);
  expect(Math.max(...all.flat())).toBeLessThanOrEqual(3);
});

test("a rehearsal is red where a start is moved and its date with it", async () => {
  vi.doMock("../../src/core/calendar/realignment.ts", async (load: () => Promise<Realignment>) => {
    const real = await load();
    const moved: Realignment["realignment"] = (...asked) =>
      real.realignment(...asked).map((step) => {
        if (step.act !== "change") return step;
        const input = step.to.input.replace(/,"leadMinutes":\d+/, ',"leadMinutes":1');
        return { ...step, to: { ...step.to, input } };
      });
    return { ...real, realignment: moved };
  });
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  const { violations } = await rehearsing({ ...asked, world: "slow-provisioning", seed: 1 });

  expect(violations).toContainEqual(
    expect.stringMatching(/^write-ahead: .*-training-.* is due at another time: /),
  );
});

const trainedAt = (cron: string): Plan =>
  Plan.parse({
    ...sample,
    milestones: {
      ...sample.milestones,
      training: { ...sample.milestones.training, when: { cron, timeZone: "Europe/Amsterdam" } },
    },
  });

test.each([
  ["skip the hour of its start", "2027-03-26T12:00:00Z", []],
  [
    "show the hour of its start twice",
    "2027-10-29T12:00:00Z",
    [expect.stringMatching(/^clocks change between this start of training and its date, 2027-10-31 03:00 /)],
  ],
])("a nightly pool is ready also in the night in which clocks %s", async (_, start, ignoredFor) => {
  const nightly = trainedAt("cron(0 3 * * ? *)");
  const startMs = Date.parse(start);
  const { record, violations } = await rehearsing({
    ...asked,
    plan: nightly,
    world: "healthy",
    seed: 1,
    startMs,
  });
  const begun = record.executions.filter(({ name }) => name !== "rehearsal" && !name.startsWith("keep-"));

  expect(violations).toEqual([]);
  expect(
    begun.filter(({ outcome, reason }) => outcome === "done" && /warm pool is/.test(reason)),
  ).toHaveLength(3);
  expect(begun.filter(({ outcome }) => outcome === "ignored").map(({ reason }) => reason)).toEqual(
    ignoredFor,
  );
});

test("a rehearsal is red where what is laid for a change of the clocks starts something else", async () => {
  vi.doMock("../../src/core/calendar/realignment.ts", async (load: () => Promise<Realignment>) => {
    const real = await load();
    const laid: Realignment["realignment"] = (...asked) =>
      real.realignment(...asked).map((step) => {
        if (step.act !== "make") return step;
        const input = step.to.input.replace('"training"', '"production"');
        return { ...step, to: { ...step.to, input } };
      });
    return { ...real, realignment: laid };
  });
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  const often = trainedAt("cron(0 2-4,12 * * ? *)");
  const slowest = { ...slow, provisioning: { ...slow.provisioning, secondsP50: 4500, secondsP95: 5200 } };
  const request = { plan: often, event: ignored, scheduled: { days: 0.4 }, world: slowest, seed: 1 };
  const { violations } = await rehearsing(request);

  expect(violations).toContainEqual(
    expect.stringMatching(/^write-ahead: .*-clock\d-.* starts what no recurring schedule does/),
  );
});
