/** A candidate sized for what its release is forecast to meet, where its plan has that; and for the plan's peak where nothing is. */
import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { planCapacity } from "../../functions/plan-capacity.ts";
import { keepPast } from "../../src/aws/history.ts";
import { keepDays, keptDaysOf, loadUntilNow } from "../../src/aws/load-past.ts";
import { beginItem } from "../../src/aws/written-items.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { PastRelease } from "../../src/core/release/past.ts";
import { startMs } from "../aws/account.ts";
import { planWith } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { daily } from "./daily.ts";
import { Run } from "./run.ts";

const dayMs = 86_400_000;
const day = 144;
/** At most so many requests per second around nine at night, a tenth in the day. */
const evenings = (peak: number) => daily({ peak, aroundHour: 21, least: 0.1, width: 100 });
const spec = (peak = 40, days = 9): SpecInput => ({ traffic: { recording: evenings(peak) }, past: { days } });
const forecast = planWith({ requirements: { load: "forecast" } });
const whose = { endpoint: forecast.endpoint.name, model: forecast.model };

async function planned({
  plan = forecast,
  ...options
}: {
  plan?: Plan;
  spec?: SpecInput;
  unscaled?: boolean;
} = {}) {
  const run = await Run.begin({ spec: spec(), ...options, plan });
  return { run, planning: await run.plan() };
}

/** Which call of planning is the last of an operation: of those that read metrics the past's come last. */
async function nthOf(operation: string): Promise<number> {
  const run = await Run.begin({ plan: forecast, spec: spec() });
  const first = run.account.calls.length;
  await run.plan();
  const isPast = ({ input }: { input: object }) => /"history"|"Period":300/.test(JSON.stringify(input));
  const own = run.account.calls.slice(first);
  return own.findIndex((call) => call.operation === operation && isPast(call)) + 1;
}

describe("a release whose plan has it sized by a forecast", () => {
  test("has what the hours that it takes are expected to bring, and not what the evening does", async () => {
    const { planning } = await planned();
    const { needs } = planning;

    expect(planning.status).toBe("fits");
    expect(needs?.expected).toMatchObject({ percent: 75, knownDays: 9 });
    expect(needs?.expected?.requestsPerSecond).toBeGreaterThan(3.9);
    expect(needs?.expected?.requestsPerSecond).toBeLessThan(8);
    expect(needs?.designRequestsPerSecond).toBeLessThan(8);
    expect(needs?.candidate.instances).toBe(1);
    expect(planning.reason).toBe("1 ml.g5.xlarge for the candidate");
  });

  test("has no less than what comes as it begins", async () => {
    const changes = [{ atMinute: 0, factor: 8 }];
    const run = await Run.begin({
      plan: forecast,
      spec: { ...spec(), traffic: { recording: evenings(40), changes } },
    });
    run.account.wait(5);
    const { needs } = await run.plan();
    expect(needs?.designRequestsPerSecond).toBeGreaterThan(28);
    expect(needs?.measuredRequestsPerSecond).toBe(
      Math.round(1000 * (needs?.designRequestsPerSecond ?? 0)) / 1000,
    );
  });

  test("has no more than the plan's peak, whatever is expected", async () => {
    const events = [
      { name: "sale", from: "2026-11-23T09:00:00Z", to: "2026-11-23T14:00:00Z", timesPercent: 3000 },
    ];
    const { planning } = await planned({ plan: planWith({ requirements: { load: "forecast", events } }) });
    expect(planning.needs?.expected?.requestsPerSecond).toBeGreaterThan(100);
    expect(planning.needs?.designRequestsPerSecond).toBe(60);
  });

  test("is planned as ever where its plan does not say so", async () => {
    const { planning, run } = await planned({ plan: planWith({}) });
    expect(planning.needs?.designRequestsPerSecond).toBe(60);
    expect(planning.needs).not.toHaveProperty("expected");
    expect(run.account.calls.filter(({ input }) => JSON.stringify(input).includes('"history"'))).toEqual([]);
  });

  test("knows the variants before this one by the history", async () => {
    const served = [{ variant: "v5", untilDaysAgo: 3 }];
    const run = await Run.begin({ plan: forecast, spec: { ...spec(), past: { days: 9, served } } });
    const unknown = await planCapacity(run.doc as never, run.account.tools);
    expect(unknown.reason).toContain("of its past 3 whole days are known, and 7 are needed");
    const at = (daysAgo: number) => new Date(startMs - daysAgo * dayMs).toISOString();
    await keepPast(run.account.aws, {
      releaseId: "chat-assistant-v5-production",
      model: "chat-assistant",
      version: 5,
      milestone: "production",
      attempt: 1,
      openedAt: at(12),
      closedAt: at(11.9),
      outcome: "promoted",
      reason: "",
      left: 0,
    });
    expect((await run.plan()).needs?.expected?.knownDays).toBe(9);
  });

  test("takes nothing for traffic that a candidate was sent by its test under load", async () => {
    const served = [{ variant: "v5", untilDaysAgo: 3 }];
    const run = await Run.begin({ plan: forecast, spec: { ...spec(), past: { days: 9, served } } });
    const at = (daysAgo: number) => new Date(startMs - daysAgo * dayMs).toISOString();
    const past = (version: number, daysAgo: number): PastRelease => ({
      releaseId: `chat-assistant-v${version}-production`,
      model: "chat-assistant",
      version,
      milestone: "production",
      attempt: 1,
      openedAt: at(daysAgo),
      closedAt: at(daysAgo - 0.1),
      outcome: "promoted",
      reason: "",
      left: 0,
    });
    await keepPast(run.account.aws, past(5, 12));
    await keepPast(run.account.aws, past(6, 3));
    const expected = async () => (await run.plan()).needs?.expected?.requestsPerSecond ?? Number.NaN;
    const all = await expected();

    const tested = { endpoint: forecast.endpoint.name, variant: "v6", usersSince: at(0) };
    await keepPast(run.account.aws, { ...past(6, 3), tested });
    expect(await expected()).toBeLessThan(0.9 * all);
    const elsewhere = { ...tested, endpoint: "chat-assistant-staging" };
    await keepPast(run.account.aws, { ...past(6, 3), tested: elsewhere });
    expect(await expected()).toBe(all);
  });

  test("nor do the rules that follow the load, of what has come since the days that are kept", async () => {
    const { aws } = (await Run.begin({ plan: forecast, spec: spec() })).account;
    const nextDayMs = Math.floor(startMs / dayMs) * dayMs;
    await keepDays(aws, whose, {
      history: { days: [Array(day).fill(40)], today: [], slotMinutes: 10, nextDayMs },
      nowMs: startMs,
    });
    const today = async () => {
      const kept = await keptDaysOf(aws, whose, startMs);
      if (kept === undefined) throw new Error("expected days that are kept, found none");
      const until = await loadUntilNow(aws, kept, { ...whose, serving: ["v6"], nowMs: startMs });
      return Math.max(...until.today.map((load) => load ?? 0));
    };
    expect(await today()).toBeGreaterThan(0);

    await keepPast(aws, {
      releaseId: "chat-assistant-v6-production",
      ...{ model: whose.model, version: 6, milestone: "production", attempt: 1, outcome: "promoted" },
      openedAt: new Date(startMs - dayMs).toISOString(),
      closedAt: new Date(startMs).toISOString(),
      ...{ reason: "", left: 0 },
      tested: {
        endpoint: whose.endpoint,
        variant: "v6",
        usersSince: new Date(startMs).toISOString(),
      },
    } as PastRelease);
    expect(await today()).toBe(0);
  });

  test("takes nothing for traffic that was sent to what serves at low hours", async () => {
    /** Ten times as much in two hours of the morning before, at the hour of the release; and a week earlier, as recordings come again. */
    const recording = evenings(40);
    const requests = recording.requests.map((requests, nth, { length }) =>
      nth >= length - day && nth < length - day + 12 ? 10 * requests : requests,
    );
    const spiked = { traffic: { recording: { ...recording, requests } }, past: { days: 9 } };
    const run = await Run.begin({ plan: forecast, spec: spiked });
    const expected = async () => (await run.plan()).needs?.expected?.requestsPerSecond ?? Number.NaN;
    const unknown = await expected();

    const iso = (ms: number) => new Date(ms).toISOString();
    const span = (daysAgo: number) => {
      const fromMs = startMs - daysAgo * dayMs;
      return { at: iso(fromMs), until: iso(fromMs + 12 * 600_000) };
    };
    await beginItem(run.account.aws, "spike", {
      ...{ releaseId: "rel-1", model: forecast.model, version: 6, subject: `endpoint/${whose.endpoint}` },
      ...{ milestone: "production", requestsPerSecond: 60, since: iso(startMs - 9 * dayMs), written: 0 },
      spike: { times: 2, minutes: 5, afterPromotion: { at: "03:00", timeZone: "UTC", withinDays: 7 } },
      sent: [span(8), span(1)],
    } as Parameters<typeof beginItem>[2]);
    const { planning } = await planned();
    const without = planning.needs?.expected?.requestsPerSecond ?? Number.NaN;
    expect(unknown / without).toBeGreaterThan(2);
    expect(Math.abs((await expected()) / without - 1)).toBeLessThan(0.2);
  });

  test.each(["Query", "GetMetricData"])(
    "is planned for the plan's peak where %s is refused",
    async (operation) => {
      const run = await Run.begin({ plan: forecast, spec: spec() });
      const refused = new AwsError("AccessDeniedException", "not allowed", { statusCode: 400 });
      run.account.failNth(await nthOf(operation), refused);
      const planning = await run.plan();
      expect(planning).toMatchObject({ status: "fits", needs: { designRequestsPerSecond: 60 } });
      expect(planning.needs).not.toHaveProperty("expected");
      expect(planning.reason).toBe(
        "8 ml.g5.xlarge for the candidate; for the plan's peak, since what the release will meet is not forecast: its past could not be read: AccessDeniedException: not allowed",
      );
    },
  );

  test("is planned for the plan's peak where reading the past takes too long", async () => {
    const run = await Run.begin({ plan: forecast, spec: spec() });
    let late = 0;
    const planning = await planCapacity(run.doc as never, {
      ...run.account.tools,
      now: () => run.account.now() + 9_000 * late++,
    });
    expect(planning.reason).toContain("its past could not be read: it took longer than 15 s");
    expect(planning.needs?.designRequestsPerSecond).toBe(60);
  });

  test("is planned for the plan's peak on an endpoint whose fleet stays as it is promoted", async () => {
    const { planning } = await planned({ unscaled: true });
    expect(planning.needs?.designRequestsPerSecond).toBe(60);
    expect(planning.reason).toContain("what serves has no auto scaling, and is to carry all hours");
  });
});

describe("a share of such a release", () => {
  /** Its days are kept by its planning; by those that are put in their place, an hour later in the morning as much comes. */
  const steep = async (run: Run, hour = 9.5, then = 80) => {
    const days = Array.from({ length: 9 }, () =>
      Array.from({ length: day }, (_, slot) => (slot < 6 * hour ? 40 : then)),
    );
    const nextDayMs = Math.floor(startMs / dayMs) * dayMs;
    const history = { days, today: [], slotMinutes: 10, nextDayMs };
    await keepDays(run.account.aws, whose, { history, nowMs: startMs });
  };
  const quiet: SpecInput = {
    traffic: { recording: { everySeconds: 600, requests: Array.from({ length: 7 * day }, () => 24_000) } },
    past: { days: 9 },
    scaling: { minPercent: 10 },
  };
  const denied = new DynamoDBServiceException({
    name: "AccessDeniedException",
    message: "not allowed",
    $fault: "client",
    $metadata: {},
  });
  const isKept = (input: object) => JSON.stringify(input).includes("load-past");
  /** All traffic at once: what a smaller share takes is there. */
  const atOnce = planWith({
    requirements: { load: "forecast" },
    rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 10 }] },
  });
  const warm = () => Run.warm({ plan: atOnce, spec: quiet });
  /** Half of it first. */
  const inSteps = planWith({
    requirements: { load: "forecast", peakRequestsPerSecond: 100 },
    rollout: {
      strategy: "sequential",
      stages: [50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 60 })),
    },
    budget: { usdPerRelease: 9999, maxLockedMinutes: 45 },
  });
  const raised = async (run: Run) => Object.keys(await run.changes()).filter((id) => id.startsWith("raise-"));

  test("is raised for what is foreseen to come before more could be there", async () => {
    const run = await warm();
    const first = run.needs.candidate.instances;
    await steep(run);
    const stage = await run.shift();
    expect(stage).toMatchObject({ status: "shifted", raises: 1 });
    const raise = Object.entries(await run.changes()).find(([id]) => id.startsWith("raise-"));
    // The plan's peak of 60 requests per second is as much as is reckoned with.
    expect([first, raise?.[0]]).toEqual([5, "raise-0-8"]);
  });

  test("is given as it is where nothing else comes, no days are kept, or they may not be read", async () => {
    const usual = await warm();
    expect(await usual.shift()).toMatchObject({ status: "shifted", raises: 0 });
    const late = await warm();
    await steep(late, 14);
    expect(await late.shift()).toMatchObject({ status: "shifted", raises: 0 });
    const refused = await warm();
    await steep(refused);
    const { table } = refused.account.aws;
    type Send = (command: { input: object }) => Promise<unknown>;
    const send = (Object.getPrototypeOf(table) as { send: Send }).send.bind(table);
    vi.spyOn(table as unknown as { send: Send }, "send").mockImplementation((command) =>
      isKept(command.input) ? Promise.reject(denied) : send(command),
    );
    expect(await refused.shift()).toMatchObject({ status: "shifted", raises: 0 });
    expect(JSON.stringify(refused.account.logged)).toContain("could not be read");
  });

  test("is given by the load as it is where there is no room for what is foreseen", async () => {
    const run = await warm();
    await steep(run);
    const { planning } = run.doc;
    if (planning === undefined) throw new Error("expected a release that was planned");
    const { room = { stableInstances: 8, usd: 1 }, ...needs } = run.needs;
    const own = { ...needs, room: { ...room, candidateMaximum: 6 } };
    run.doc = { ...run.doc, planning: { ...planning, needs: own } };
    expect((await run.shiftOnce()).reason).not.toContain("cannot be raised");
    expect(await run.shift()).toMatchObject({ status: "shifted", raises: 0 });
  });

  test("waits for what is foreseen once, where its candidate is raised share by share", async () => {
    const run = await Run.warm({ plan: inSteps, spec: { ...quiet, quotaInstances: 200 } });
    await steep(run, 9.5, 60);
    expect(await run.shiftOnce()).toMatchObject({ status: "waiting", raises: 1 });
    const first = await raised(run);
    run.account.settle();
    // Since then more is foreseen, and the load is as it was.
    await steep(run, 9.5, 100);
    expect(await run.shift()).toMatchObject({ status: "shifted", raises: 1 });
    expect(await raised(run)).toEqual(first);
  });

  test("is raised for ahead by what is foreseen, also where the share in force was", async () => {
    const run = await Run.warm({ plan: inSteps, spec: { ...quiet, quotaInstances: 200 } });
    await steep(run, 9.5, 60);
    await run.shift();
    await steep(run, 9.5, 100);
    run.pass("raise");
    run.doc = { ...run.doc, judgement: { ...run.judged, raiseFor: 100 } };
    await run.shiftOnce();
    // A hundred requests per second take twelve, and five what is there now.
    expect((await raised(run)).map((id) => id.split("-").at(-1))).toEqual([expect.anything(), "12"]);
  });

  test("asks for nothing of it where its plan goes by the peak", async () => {
    const run = await Run.warm({ spec: quiet });
    const from = run.account.calls.length;
    await run.shift();
    const kept = run.account.calls
      .slice(from)
      .filter(({ input }) => JSON.stringify(input).includes("load-past"));
    expect(kept).toEqual([]);
  });
});
