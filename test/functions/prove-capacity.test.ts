/** A candidate under load: what is sent, what the answer is, and what ends a test without one. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { proveCapacity } from "../../functions/prove-capacity.ts";
import type { LoadProof } from "../../src/core/load/load-test.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { Joined } from "../../src/core/release/document/document.ts";
import { brieflyTested, plan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

const small: Plan = {
  ...plan,
  requirements: { ...plan.requirements, peakRequestsPerSecond: 12 },
  loadTest: { ...brieflyTested, maxRequests: 20_000 },
};

const warm = (own: Plan, spec: SpecInput = {}) => Run.warm({ plan: own, spec });

/** Asks until it is answered; time goes by as requests are meant to leave, and none takes any. */
async function proven({ account, tools, doc }: Run): Promise<LoadProof> {
  const until = async (atMs: number) => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    account.wait(Math.max(0, atMs - account.now()) / 60_000);
  };
  const aws = { ...tools.aws, pacing: { nowMs: account.now, until } };
  let loadTest: LoadProof | undefined;
  for (let round = 0; round < 40; round++) {
    loadTest = await proveCapacity(Joined.parse({ ...doc, loadTest }), { ...tools, aws });
    if (loadTest.status !== "testing") return loadTest;
    account.wait(loadTest.waitSeconds / 60);
  }
  throw new Error(`expected an answer within forty rounds, found ${loadTest?.reason}`);
}

const sentBy = ({ account }: Run) => account.calls.filter(({ operation }) => operation === "InvokeEndpoint");

describe("a candidate under load", () => {
  test("that serves what the plan says is enough, and nothing of the account has changed", async () => {
    const run = await warm(small, { service: { latencyPercent: 10 } });
    const probes = sentBy(run).length;
    const calls = run.account.calls.length;

    const { status, sent, rounds } = await proven(run);

    expect(status).toBe("enough");
    expect(rounds).toBeGreaterThan(1);
    const load = sentBy(run).slice(probes);
    expect(load).toHaveLength(sent);
    expect(new Set(load.map(({ input }) => input.TargetVariant))).toEqual(new Set(["v7"]));
    const others = run.account.calls.slice(calls).map(({ operation }) => operation);
    expect(
      others.filter((each) => /^(Update|Create|Delete|Register|Deregister|Put.*Polic)/.test(each)),
    ).toEqual([]);
  });

  test("is left without an answer where a limit comes before one", async () => {
    const run = await warm({ ...small, loadTest: { ...brieflyTested, maxRequests: 100 } });

    const { status, reason, sent } = await proven(run);

    expect({ status, sent: sent <= 100 }).toEqual({ status: "open", sent: true });
    expect(reason).toContain("its 100 requests");
  });

  test("is not reached by who may not: the step fails by name, and sends no more than one invocation's", async () => {
    const run = await warm(small);
    run.account.fail(
      "InvokeEndpoint",
      new AwsError("AccessDeniedException", "no", { statusCode: 403 }),
      Number.POSITIVE_INFINITY,
    );

    await expect(proven(run)).rejects.toMatchObject({ name: "AwsRefused" });
  });
});
