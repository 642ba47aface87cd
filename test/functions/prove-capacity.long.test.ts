/** A candidate under load: what is sent, what the answer is, and what ends a test without one. */
import type { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { proveCapacity } from "../../functions/prove-capacity.ts";
import type { LoadProof } from "../../src/core/load/load-test.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { Joined } from "../../src/core/release/document/document.ts";
import { brieflyTested, plan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { pacingOf } from "./pacing.ts";
import { Run } from "./run.ts";

const small: Plan = {
  ...plan,
  requirements: { ...plan.requirements, peakRequestsPerSecond: 12 },
  loadTest: { ...brieflyTested, maxRequests: 20_000 },
};

const warm = (own: Plan, spec: SpecInput = {}) => Run.warm({ plan: own, spec });

/** Asks until it is answered; time goes by as requests are meant to leave, and none takes any. */
async function proven({ account, tools, doc }: Run): Promise<LoadProof> {
  const aws = { ...tools.aws, pacing: pacingOf(account) };
  let loadTest: LoadProof | undefined;
  for (let round = 0; round < 40; round++) {
    loadTest = await proveCapacity(Joined.parse({ ...doc, loadTest }), { ...tools, aws });
    if (loadTest.status !== "testing") return loadTest;
    account.wait(loadTest.waitSeconds / 60);
  }
  throw new Error(`expected an answer within forty rounds, found ${loadTest?.reason}`);
}

const sentBy = ({ account }: Run, variant = "v7") =>
  account.calls.filter(
    ({ operation, input }) => operation === "InvokeEndpoint" && input.TargetVariant === variant,
  );

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
    // And one a second to what serves, to see whether it suffers.
    expect(sentBy(run, "v6").length).toBeGreaterThan(sent / 40);
    expect(sentBy(run, "v6").length).toBeLessThan(sent / 4);
    const others = run.account.calls.slice(calls).map(({ operation }) => operation);
    expect(
      others.filter((each) => /^(Update|Create|Delete|Register|Deregister|Put.*Polic)/.test(each)),
    ).toEqual([]);
  });

  // What serves is asked a twentieth of its peak: of a small fleet that is little, and tells later.
  test.each([
    [40, 20],
    [12, 60],
  ])(
    "that is to serve %d/s is sent no more within %d s of what serves being harmed, and goes back",
    async (peak, seconds) => {
      const run = await warm({
        ...small,
        requirements: { ...small.requirements, peakRequestsPerSecond: peak },
        loadTest: brieflyTested,
      });
      const begunMs = run.account.now();
      const harmedMs = begunMs + 35_000;
      const sentMs: number[] = [];
      const runtime = run.tools.aws.runtimeOnce;
      const send = runtime.send.bind(runtime);
      const watched = async (command: InvokeEndpointCommand) => {
        const isServing = command.input.TargetVariant === "v6";
        if (!isServing) sentMs.push(run.account.now());
        if (isServing && run.account.now() > harmedMs) throw new Error("no answer");
        return send(command);
      };
      Object.assign(runtime, { send: watched });

      const { status, reason } = await proven(run);

      expect(status).toBe("stopped");
      expect(reason).toMatch(
        /^the test under load was stopped: of \d+ requests sent meanwhile to what serves, \d+ were/,
      );
      expect(Math.max(...sentMs)).toBeGreaterThan(harmedMs);
      expect(Math.max(...sentMs)).toBeLessThan(harmedMs + seconds * 1_000);
    },
  );

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
