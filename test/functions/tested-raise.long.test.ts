/** A candidate that its test under load has found too small: raised by the ledger, looked at and proven warm like one that joins. */
import { describe, expect, test } from "vitest";
import { proveCapacity } from "../../functions/prove-capacity.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { Joined } from "../../src/core/release/document/document.ts";
import type { ProvenCapacity } from "../../src/core/release/tested-raise.ts";
import { brieflyTested, plan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { pacingOf } from "./pacing.ts";
import { Run } from "./run.ts";

const raises: Plan = {
  ...plan,
  requirements: { ...plan.requirements, peakRequestsPerSecond: 12 },
  loadTest: { ...brieflyTested, onNotEnough: "raise", maxRequests: 20_000 },
};

/** As the flow has it once the test asks for so many. */
async function asked(instances: number, spec: SpecInput = { quotaPercent: 400 }): Promise<Run> {
  const run = await Run.warm({ plan: raises, spec, unscaled: true });
  const needs = { ...run.needs, candidate: { ...run.needs.candidate, instances } };
  const { planning } = run.doc;
  if (planning === undefined) throw new Error("expected a release that was planned");
  const since = new Date(run.account.now()).toISOString();
  const loadTest: ProvenCapacity = {
    ...{ status: "raise", reason: "", waitSeconds: 1, since, rounds: 1, sent: 1, instances: 2, steps: [] },
    needs,
    raises: [{ from: 2, to: instances, since }],
  };
  run.doc = { ...run.doc, planning: { ...planning, needs }, loadTest };
  return run;
}

const candidate = async (run: Run) => {
  const found = (await run.endpoint()).variants.find(({ name }) => name === "v7");
  if (found === undefined) throw new Error("expected a candidate");
  return found;
};
const resizes = ({ account }: Run) =>
  account.calls.filter(({ operation }) => operation === "UpdateEndpointWeightsAndCapacities");

describe("a raise that a test has asked for", () => {
  test("is in the ledger, made once however often it is asked for, and changes nothing else", async () => {
    const run = await asked(5);
    expect((await candidate(run)).currentInstances).toBe(2);
    const before = run.account.calls.length;

    expect(await run.prewarm()).toMatchObject({
      status: "done",
      reason: "the candidate is raised to 5 ml.g5.xlarge",
    });
    expect(await run.prewarm()).toMatchObject({ status: "done" });

    expect(resizes(run)).toHaveLength(1);
    const writes = run.account.calls
      .slice(before)
      .filter(({ operation }) => /^(Update|Create|Delete|Register|Put(?!Item))/.test(operation))
      .map(({ operation }) => operation)
      .filter((operation) => operation !== "UpdateItem");
    expect(writes).toEqual(["UpdateEndpointWeightsAndCapacities"]);
    const ledger = await Ledger.forward(run.account.aws, run.doc.release);
    expect(ledger.changes.at(-1)).toMatchObject({
      id: "raise-tested-1",
      before: 2,
      after: 5,
      state: "applied",
    });
  });

  test("is waited for, and the candidate is proven warm anew, all of its instances", async () => {
    const run = await asked(5);
    const first = run.doc.warmth;
    const launch = run.doc.capacity?.launch;
    await run.prewarm();

    expect(await run.capacity()).toMatchObject({ status: "waiting" });
    run.account.settle();
    expect(await run.capacity()).toMatchObject({
      status: "ready",
      reason: "5 of 5 candidate instances are in service",
    });
    expect(run.doc.capacity?.launch).toEqual(launch);
    const probes = () => run.account.calls.filter(({ operation }) => operation === "InvokeEndpoint").length;
    const sent = probes();
    expect(await run.warmth()).toMatchObject({ status: "warm", proven: 15, warmAt: first?.warmAt });
    expect(probes() - sent).toBe(15);
  });

  test("for which there are no instances fails with what SageMaker says, and the way back leaves all as before", async () => {
    const run = await asked(30, { quotaPercent: 900, provisioning: { poolInstances: 12 } });
    await run.prewarm();
    run.account.wait(30);

    expect(await run.capacity()).toMatchObject({
      status: "failed",
      reason: expect.stringMatching(/^v7 was not raised from 2 to 30 instances: .+/),
    });
    await run.wayBack();
    const { variants } = await run.endpoint();
    expect(variants.map(({ name, currentInstances }) => [name, currentInstances])).toEqual([["v6", 8]]);
  });

  test("waits for an endpoint that moves, and no longer than the plan has it", async () => {
    const run = await asked(5);
    const state = run.account.world.state.endpoints.get("chat-assistant");
    if (state === undefined) throw new Error("expected an endpoint");
    state.status = "Updating";

    expect(await run.prewarm()).toMatchObject({ status: "waiting" });
    run.account.wait(plan.rollout.capacityTimeoutMinutes + 1);
    state.status = "Updating";
    await expect(run.prewarm()).rejects.toMatchObject({ name: "Drifted" });
    expect(resizes(run)).toEqual([]);
  });
});

/** Asks until it is answered; time goes by as requests are meant to leave. */
async function proven({ account, tools, doc }: Run): Promise<ProvenCapacity> {
  const aws = { ...tools.aws, pacing: pacingOf(account) };
  let loadTest: ProvenCapacity | undefined;
  for (let round = 0; round < 40; round++) {
    loadTest = await proveCapacity(Joined.parse({ ...doc, loadTest }), { ...tools, aws });
    if (loadTest.status !== "testing") return loadTest;
    account.wait(loadTest.waitSeconds / 60);
  }
  throw new Error(`expected an answer within forty rounds, found ${loadTest?.reason}`);
}

describe("a candidate that serves 60 % less than the plan says", () => {
  const spec: SpecInput = { candidate: { throughputFactor: 0.4 }, service: { latencyPercent: 10 } };

  test("is to be raised, by what was measured, and its test has changed nothing", async () => {
    const run = await Run.warm({ plan: raises, spec: { ...spec, quotaPercent: 400 } });
    const found = await proven(run);

    expect(found.status).toBe("raise");
    expect(found.needs?.candidate.instances).toBeGreaterThan(run.needs.candidate.instances);
    expect(found.needs?.candidate.requestsPerSecondPerInstance).toBeLessThan(12);
    expect(resizes(run)).toEqual([]);
  });

  test("is not enough where quota has no room for more, which is said", async () => {
    const run = await Run.warm({ plan: raises, spec: { ...spec, quotaPercent: 100 } });
    const { status, reason } = await proven(run);

    expect(status).toBe("not-enough");
    expect(reason).toMatch(/; it is not raised, since the release needs \d+ ml.g5.xlarge at its peak, /);
  });

  test("is not enough where the budget has none", async () => {
    const run = await Run.warm({ plan: raises, spec: { ...spec, quotaPercent: 400 } });
    const loadTest = raises.loadTest && { ...raises.loadTest, maxUsd: 5 };
    run.doc = { ...run.doc, plan: { ...raises, loadTest, budget: { ...raises.budget, usdPerRelease: 5 } } };
    const { status, reason } = await proven(run);

    expect(status).toBe("not-enough");
    expect(reason).toMatch(/; it is not raised, since with the stages that are left the release comes to \$/);
  });
});
