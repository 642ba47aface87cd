/** What a step costs as it begins, on streams made by hand: the whole way at first, then each step on top of the bill. */
import { expect, it } from "vitest";
import { plan } from "./rehearsed.ts";
import {
  changed,
  counting,
  joinConfig,
  judges,
  moving,
  promotes,
  shifts,
  underWay,
  weights,
} from "./right-release.ts";
import { createStream, endpoint, reported, type Stream } from "./stream.ts";

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
