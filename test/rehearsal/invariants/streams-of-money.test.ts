/** What a step costs as it begins, on streams made by hand: the whole way at first, then each step on top of the bill. */
import { describe, expect, it } from "vitest";
import { plan } from "./rehearsed.ts";
import {
  changed,
  counting,
  holdsStable,
  joinConfig,
  joins,
  judges,
  moving,
  opened,
  promotes,
  shifts,
  underWay,
  weights,
} from "./right-release.ts";
import { attributes, createStream, endpoint, releaseId, reported, type Stream } from "./stream.ts";

const budget = (own: Partial<typeof plan.budget>) => ({ budget: { ...plan.budget, ...own } });
const whats = async (s: Stream) =>
  (await reported(s)).flatMap(({ name, what }) => (name === "within-means" ? [what] : []));
const next = (s: Stream, percent: number) =>
  judges(s, "advance").then(() => shifts(s, { from: weights(5), to: weights(percent) }));

/** 16 instances for ten minutes, twice, and 8 for the four stages and the rest of the traffic: 14.7 hours. */
const wholeUsd = ((16 * 20) / 60 + (8 * (4 * 15 + 5 * 2)) / 60) * 1.4084;

it("a release that fits has nothing to report", async () => {
  const s = createStream({}, budget({ usdPerRelease: wholeUsd + 0.5 }));
  await underWay(s);
  for (const percent of [25, 50, 95, 100]) await next(s, percent);
  await promotes(s);

  expect(await whats(s)).toEqual([]);
});

it("reports a join whose way through does not fit, at the world's prices", async () => {
  const s = createStream({}, budget({ usdPerRelease: wholeUsd - 0.01 }));
  const dear = createStream(
    {},
    { ...budget({ usdPerRelease: wholeUsd + 0.01 }), prices: { "ml.g5.xlarge": 1.5 } },
  );
  for (const each of [s, dear]) await underWay(each);

  expect(await whats(s)).toEqual([
    `to raise 8 ml.g5.xlarge costs $${wholeUsd.toFixed(2)} as planned, on top of $0.00; the budget is $${(wholeUsd - 0.01).toFixed(2)}`,
  ]);
  expect(await whats(dear)).toHaveLength(1);
});

it("reports a stage, and a promotion, that the bill so far leaves nothing for", async () => {
  const [late, lost] = [1, 2].map(() => createStream({}, budget({ usdPerRelease: 22 })));
  if (late === undefined || lost === undefined) throw new Error("two streams");
  await underWay(late);
  late.wait(90);
  await next(late, 25);
  await underWay(lost);
  await judges(lost, "promote");
  lost.wait(90);
  await promotes(lost);

  expect(await whats(late)).toEqual([
    expect.stringMatching(
      /^a stage of 25 % costs \$2\.25 as planned, on top of \$\d+\.\d\d; the budget is \$22\.00$/,
    ),
  ]);
  expect(await whats(lost)).toEqual([
    expect.stringMatching(/^the promotion costs \$3\.76 as planned, on top of/),
  ]);
});

it("reports a raise of the candidate, but none of stable's", async () => {
  const s = createStream({ quotaInstances: 999 }, budget({ usdPerRelease: 22 }));
  await underWay(s);
  for (const [variant, instances] of [
    ["v7", 80],
    ["v6", 80],
  ] as const) {
    const count = {
      id: variant,
      kind: "count",
      name: `${endpoint}/${variant}`,
      before: 8,
      after: instances,
    } as const;
    await changed(s, { ...count, state: "ShiftTraffic" }, counting(variant, instances));
    s.wait(20);
  }

  expect(await whats(s)).toEqual([
    expect.stringMatching(/^to raise 80 ml\.g5\.xlarge costs \$18\.78 as planned/),
  ]);
});

it("reports a way back that moves too often, too late and for too much", async () => {
  const wayBack = { updates: 2, minutes: 30, usd: 8 };
  const s = createStream({ provisioning: { giveUpSeconds: 60 } }, budget({ wayBack }));
  await underWay(s);
  s.world.state.poolInstances = 0;
  for (const id of ["leave-1", "leave-2", "leave-3"]) {
    const leave = { id, kind: "routing", name: endpoint, before: joinConfig } as const;
    await changed(s, { ...leave, after: `${endpoint}-config-v6`, state: "RollBack" }, [
      "sagemaker.UpdateEndpoint",
      moving(`${endpoint}-config-v6`),
    ]);
    s.wait(20);
  }

  expect(await whats(s)).toEqual([
    "UpdateEndpoint was move 3 of the endpoint, and 2 are the way back's",
    "UpdateEndpoint came 40 minutes after the way back began, and it has 30",
    expect.stringMatching(/^UpdateEndpoint brings the way back to/),
  ]);
});

it("lets a way back that comes after the moves are used up move once", async () => {
  const wayBack = { updates: 1, minutes: 60, usd: 100 };
  const s = createStream({ provisioning: { giveUpSeconds: 60 } }, budget({ wayBack }));
  await underWay(s);
  s.world.state.poolInstances = 0;
  for (const execution of ["rehearsal", "second", "third"]) {
    await s.lock({ holder: execution });
    await s.ours(
      { state: "RollBack", execution },
      "sagemaker.UpdateEndpoint",
      moving(`${endpoint}-config-v6`),
    );
    s.wait(20);
  }

  expect(await whats(s)).toEqual([]);
});

describe("what is leased beside the endpoint", () => {
  const service = { cluster: "prod", service: "tokenizer" };
  /** Ten tasks stand between releases. */
  const before = { min: 5, max: 20, capacity: 10 };
  /** Ten more at a dollar an hour of each, or at no known price. */
  const leaning = (price: { usdPerUnitHour?: number } = { usdPerUnitHour: 1 }) => ({
    alongside: [{ ecs: service, minimum: 20, ...price }],
  });
  const [mine, theirs] = [{ minimum: 20 }, { minimum: 900 }];

  async function leases(s: Stream, all: Readonly<Record<string, object>>, version = 1): Promise<number> {
    const item = { pk: "shared", sk: "ecs-service service/prod/tokenizer", version, before, leases: all };
    await s.put("PutItem", { Item: attributes(item) });
    return s.nowMs;
  }
  async function leaningUnderWay(s: Stream, all: Readonly<Record<string, object>>): Promise<number> {
    await opened(s);
    const atMs = await leases(s, all);
    await holdsStable(s);
    await joins(s);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });
    return atMs;
  }
  /** Ten units over the whole way, 90 minutes as planned. */
  const leasedUsd = 15;

  it("counts with a join's way through", async () => {
    const [fits, lacks] = [0.1, -0.1].map((usd) =>
      createStream({}, { ...leaning(), ...budget({ usdPerRelease: wholeUsd + leasedUsd + usd }) }),
    );
    if (fits === undefined || lacks === undefined) throw new Error("two streams");
    for (const each of [fits, lacks]) await leaningUnderWay(each, { [releaseId]: mine });

    expect(await whats(fits)).toEqual([]);
    expect(await whats(lacks)).toEqual([
      expect.stringContaining(`costs $${(wholeUsd + leasedUsd).toFixed(2)} as planned`),
    ]);
  });

  it("is nothing of what had no scalable target any more as the release began", async () => {
    const s = createStream({}, { ...leaning(), ...budget({ usdPerRelease: wholeUsd + 0.1 }) });
    expect(s.world.state.scalableTargets.delete("service/prod/tokenizer")).toBe(true);

    await opened(s);
    await holdsStable(s);
    await joins(s);
    await shifts(s, { from: { v6: 1, v7: 0 }, to: weights(5) });

    expect(await whats(s)).toEqual([]);
  });

  it.each([
    ["a stage", /^a stage of 25 % costs \$4\.25 as planned, on top of/],
    ["a promotion", /^the promotion costs \$5\.42 as planned, on top of/],
  ] as const)("is billed for as long as it stands, before %s", async (what, sentence) => {
    async function held(price: { usdPerUnitHour?: number }): Promise<string[]> {
      const s = createStream({}, { ...leaning(price), ...budget({ usdPerRelease: 40 }) });
      await leaningUnderWay(s, { [releaseId]: mine });
      if (what === "a promotion") await judges(s, "promote");
      s.wait(90);
      await (what === "a stage" ? next(s, 25) : promotes(s));
      return whats(s);
    }

    expect(await held({ usdPerUnitHour: 1 })).toEqual([expect.stringMatching(sentence)]);
    expect(await held({})).toEqual([]);
  });

  it("is the release's own lease alone, above what stood, until it is given back", async () => {
    async function cost(price: { usdPerUnitHour?: number }) {
      const s = createStream({}, { ...leaning(price), ...budget({ usdPerRelease: 100 }) });
      const fromMs = await leaningUnderWay(s, { another: theirs, [releaseId]: mine });
      await s.outside("ecs.UpdateService", { ...service, desiredCount: 500 });
      s.wait(60);
      const untilMs = await leases(s, { another: theirs, [releaseId]: { ...mine, leaving: {} } }, 2);
      s.wait(60);
      await s.finish();
      return { usd: s.figures.knownCostUsd, hours: (untilMs - fromMs) / 3_600_000 };
    }
    const [priced, unpriced] = [await cost({ usdPerUnitHour: 1 }), await cost({})];

    expect(priced.hours).toBeGreaterThan(1.5);
    expect(priced.usd - unpriced.usd).toBeCloseTo(10 * priced.hours, 1);
  });
});
