/** Many at once: two releases of one endpoint in the same second under each policy, and events that come again and again. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Observer } from "#twin/engine";
import type { RunRecord } from "../../../src/rehearsal/release/run-record.ts";
import { approvedToo, versionEight } from "./hands.ts";
import { outcomesOf, plan, type Rehearsing, rehearsing } from "./rehearsing.ts";

type Event = Readonly<Record<string, unknown>>;
const eventOf = (name: string): Event =>
  JSON.parse(readFileSync(new URL(`../../../events/${name}.json`, import.meta.url), "utf8"));
const byHand = (version: number): Event => ({ model: plan.model, version });
const approved = (version: number): Event => {
  const text = JSON.stringify(eventOf("registry-approved"));
  return JSON.parse(
    text
      .replaceAll("model-package/chat-assistant/7", `model-package/chat-assistant/${version}`)
      .replace('"ModelPackageVersion":7', `"ModelPackageVersion":${version}`),
  );
};

const rivals = (how: Rehearsing, ...events: readonly [Event, Event]) =>
  rehearsing({
    ...how,
    event: events[0],
    also: [{ afterSeconds: 0, event: events[1], name: "rival" }],
    observers: [versionEight],
  });

describe("two releases of one endpoint in the same second", () => {
  it.each([
    ["healthy", "promoted"],
    ["bad-errors", "rolled-back"],
  ])("queue, where the plan says nothing, in the world %s", async (world, outcome) => {
    const { record, violations } = await rivals({ world }, byHand(7), byHand(8));

    expect(violations).toEqual([]);
    const [one, other] = record.executions.map(({ stopSeconds = 0 }) => stopSeconds);
    expect(outcomesOf(record)).toEqual([`rehearsal ${outcome}`, `rival ${outcome}`]);
    expect(record.executions[1]?.startSeconds).toBeLessThan(1);
    expect(Math.max(one ?? 0, other ?? 0)).toBeGreaterThan(1.8 * Math.min(one ?? 0, other ?? 0));
  });

  it.each([
    ["healthy", "promoted"],
    ["bad-errors", "rolled-back"],
  ])("supersede: the newer has the older walk back first, in the world %s", async (world, outcome) => {
    const busy = { world, plan: { ...plan, whenBusy: "supersede" as const } };

    const { record, violations } = await rivals(busy, byHand(7), byHand(8));

    expect(violations).toEqual([]);
    expect(outcomesOf(record)).toEqual(["rehearsal superseded", `rival ${outcome}`]);
  });

  it("supersede: the older gives way to a newer that was first", async () => {
    const { record, violations } = await rehearsing({
      plan: { ...plan, whenBusy: "supersede" },
      event: byHand(8),
      observers: [versionEight],
      also: [{ afterSeconds: 2, event: byHand(7), name: "rival" }],
    });

    expect(violations).toEqual([]);
    expect(outcomesOf(record)).toEqual(["rehearsal promoted", "rival superseded"]);
    expect(record.executions[1]?.reason).toBe("chat-assistant-v8-production is newer");
  });

  it.each([
    ["healthy", "promoted"],
    ["bad-errors", "rolled-back"],
  ])("refuse: the second says who has the endpoint, in the world %s", async (world, outcome) => {
    const busy = { world, plan: { ...plan, whenBusy: "refuse" as const } };

    const { record, violations } = await rivals(busy, byHand(7), byHand(8));

    const refused = record.executions.findIndex((each) => each.outcome === "refused");
    expect(violations).toEqual([]);
    expect(record.executions.map((each) => each.outcome).toSorted()).toEqual([outcome, "refused"].toSorted());
    expect(record.executions[refused]?.reason).toContain(
      `held by chat-assistant-v${refused === 0 ? 8 : 7}-production`,
    );
  });

  it("queue; whoever waits with a version that has become the older one meanwhile gives up its place", async () => {
    const also = [{ afterSeconds: 60, event: approved(7), name: "rival" }];

    const { record, violations } = await rehearsing({ event: approved(8), also, observers: [versionEight] });

    expect(violations).toEqual([]);
    expect(outcomesOf(record)).toEqual(["rehearsal promoted", "rival superseded"]);
    expect(record.executions[1]?.reason).toMatch(/version 7 is not newer than version 8, which serves now/);
    expect(record.after.endpoints[plan.endpoint.name]?.variants).toHaveProperty("v8");
  });
});

it("the third of three releases waits for the second while nobody holds the endpoint, and says so", async () => {
  const said: string[] = [];
  const listening = (): Observer => ({
    name: "listening",
    entered: ({ execution, state, document }) => {
      const { reason } = document as { reason?: string };
      if (execution === "third" && state === "WaitForLock" && reason !== undefined) said.push(reason);
    },
    findings: () => null,
  });

  const { record, violations } = await rehearsing({
    world: "no-capacity",
    event: byHand(7),
    observers: [versionEight, approvedToo(9), listening],
    also: [
      { afterSeconds: 20, event: byHand(8), name: "second" },
      // Its looks are well apart from the second's, so that one of them finds the endpoint free before the second comes.
      { afterSeconds: 60, event: byHand(9), name: "third" },
    ],
  });

  expect(violations).toEqual([]);
  expect(outcomesOf(record)).toEqual(["rehearsal rolled-back", "second rolled-back", "third rolled-back"]);
  const [first, second] = [7, 8].map((version) => `chat-assistant-v${version}-production (execution `);
  expect(said.some((one) => one.startsWith(`endpoint/chat-assistant is held by ${first}`))).toBe(true);
  expect(said.some((one) => one.startsWith(`endpoint/chat-assistant is free, and ${second}`))).toBe(true);
  expect(said.some((one) => one.startsWith(`endpoint/chat-assistant is held by ${second}`))).toBe(true);
});

const times = [0, 0, 1, 60, 1800, 3600, 7200, 7200, 90_000];
const tenTimes = (event: Event): Rehearsing => ({
  event,
  also: times.map((afterSeconds) => ({ afterSeconds, event })),
});
/** What was started, but for what was ignored, and for the sweep's looks at what is held. */
const notIgnored = ({ executions }: RunRecord) =>
  executions.flatMap(({ outcome, name }) =>
    outcome === "ignored" || name.startsWith("keep-") ? [] : [outcome],
  );

describe("ten deliveries of one event, at once and up to a day late", () => {
  it.each([
    ["registry-approved", ["promoted"]],
    ["manual-minimal", ["promoted"]],
    ["registry-pending", []],
    ["registry-rejected", []],
    ["registry-life-cycle", []],
    // The pool's lease is ended by its schedule, once.
    ["scheduled-milestone", ["done", "done"]],
    // Nothing of either exists.
    ["lease-expiry", []],
    ["compensate", []],
  ])("of %s are one", async (name, outcomes) => {
    const { record, violations } = await rehearsing(tenTimes(eventOf(name)));

    expect(violations).toEqual([]);
    expect(notIgnored(record)).toEqual(outcomes);
    expect(record.executions.length).toBeGreaterThanOrEqual(10);
  });

  it("of a run that is asked for again are one while it is under way, and one more afterwards each time", async () => {
    const { record, violations } = await rehearsing(tenTimes(eventOf("manual-full")));

    expect(violations).toEqual([]);
    expect(notIgnored(record)).toEqual(["promoted", "promoted", "promoted"]);
  });

  it("of an order to compensate change nothing while the release is well and under way", async () => {
    const also = times.map((seconds) => ({ afterSeconds: 900 + seconds, event: eventOf("compensate") }));

    const { record, violations } = await rehearsing({ also });

    expect(violations).toEqual([]);
    expect(notIgnored(record)).toEqual(["promoted"]);
  });

  it("of the end of a lease, before and after its time, end it once", async () => {
    const event = eventOf("scheduled-milestone");
    const also = times.map((seconds) => ({ afterSeconds: 900 + seconds, event: eventOf("lease-expiry") }));

    const { record, violations } = await rehearsing({ event, also });

    expect(violations).toEqual([]);
    const pool = record.changes.filter(
      ({ kind, by }) => kind === "training" && by.who === "sagemaker" && by.why === "warm pool",
    );
    expect(pool.map(({ to }) => to)).toEqual(["pool Available", "pool Terminated"]);
    expect(new Set(notIgnored(record))).toEqual(new Set(["done"]));
  });
});

describe("events out of order", () => {
  it("release what was approved last: news from before the approval is ignored, however late", async () => {
    const late = ["registry-pending", "registry-rejected", "registry-pending"];
    const also = late.map((name, i) => ({ afterSeconds: 600 * i, event: eventOf(name) }));

    const { record, violations } = await rehearsing({ event: approved(7), also });

    expect(violations).toEqual([]);
    expect(outcomesOf(record).filter((each) => !each.endsWith("ignored"))).toEqual(["rehearsal promoted"]);
  });

  it("do not put an older version over a newer one that serves", async () => {
    const also = [{ afterSeconds: 20_000, event: approved(7), name: "late" }];

    const { record, violations } = await rehearsing({ event: approved(8), also, observers: [versionEight] });

    expect(violations).toEqual([]);
    expect(outcomesOf(record)).toEqual(["rehearsal promoted", "late ignored"]);
    expect(record.executions[1]?.reason).toMatch(/version 7 is not newer than version 8, which serves now/);
  });
});
