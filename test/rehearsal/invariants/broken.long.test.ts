/** Each invariant is seen to fail when the code or the world is broken on purpose: in whole rehearsals. */
import { describe, expect, it } from "vitest";
import type { Steps } from "#twin/engine";
import { WorldSpec } from "#twin/world";
import {
  closingOf,
  compensating,
  executionArn,
  freesLock,
  heldBy,
  intentOf,
  substituted,
  withoutUnused,
  withoutValues,
  withWeights,
} from "./forgeries.ts";
import { raisesTheMaximum, takesWeightsBack } from "./meddlers.ts";
import { plan, rehearsed } from "./rehearsed.ts";
import type { Body, Tampering } from "./tampering.ts";

const endpoint = plan.endpoint.name;

describe("a rehearsal in which nothing is broken", () => {
  it.each(["healthy", "bad-errors"])("has no violation in the world %s", async (world) => {
    const { violations, record } = await rehearsed({ world });

    expect(violations).toEqual([]);
    expect(record.refusals).toEqual([]);
  });

  it("has none when an outside hand changes what a release wants to put back", async () => {
    const { violations, record } = await rehearsed({ world: "bad-errors", meddler: raisesTheMaximum });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("rolled-back");
    expect(record.after.scalableTargets[`endpoint/${endpoint}/variant/v6`]?.maxCapacity).toBe(40);
  });
});

describe("capacity-before-traffic", () => {
  it("is broken when shifts are made without looking at the load", async () => {
    const world = WorldSpec.parse({
      description: "Traffic doubles while the candidate has a quarter of it.",
      quotaInstances: 64,
      traffic: { changes: [{ atMinute: 45, factor: 2 }] },
      scaling: { maxPercent: 100 },
    });
    const blind: Tampering = { operation: "GetMetricData", state: "ShiftTraffic", answer: withoutValues };

    const { broken, violations } = await rehearsed({ world, tamperings: [blind] });

    expect(broken).toEqual(["capacity-before-traffic"]);
    expect(violations[0]).toMatchObject({ state: "ShiftTraffic" });
    expect(violations[0]?.what).toMatch(/^v\d was given \d+ % of [\d.]+ requests per second/);
  });
});

describe("way-back", () => {
  it("is broken when the hold of stable's scale-in never reaches AWS", async () => {
    const lost: Tampering = {
      operation: "RegisterScalableTarget",
      state: "PrewarmInference",
      swallow: () => ({}),
    };

    const world = WorldSpec.parse({
      description: "Stable has no room to shrink.",
      scaling: { minPercent: 100 },
    });

    const { broken, violations } = await rehearsed({ world, tamperings: [lost] });

    // What was recorded as made never was.
    expect(broken).toEqual(["way-back", "every-change-evidenced"]);
    expect(violations[0]?.what).toBe("traffic was shifted while the scale-in of v6 was not suspended");
  });
});

describe("no-orphans", () => {
  it("is broken when a configuration that the release made is not deleted", async () => {
    const kept: Tampering = { operation: "DeleteEndpointConfig", swallow: () => ({}) };

    const { broken, violations } = await rehearsed({ world: "bad-errors", tamperings: [kept] });

    // What was recorded as put back never was.
    expect(broken).toEqual(["no-orphans", "every-change-evidenced"]);
    expect(violations.map(({ what }) => what)).toEqual([
      "endpoint-config slipway-dev-chat-assistant-v7-production-join-uv5qtsh2 is left behind",
      "a pack says that join-config was put-back, and nothing was",
    ]);
  });

  it("is broken when the lock is not given back", async () => {
    const kept: Tampering = { operation: "UpdateItem", when: freesLock, swallow: () => ({}) };

    const { violations } = await rehearsed({ world: "no-quota", tamperings: [kept] });

    expect(violations.map(({ what }) => what)).toEqual([
      `endpoint/${endpoint} is still locked by chat-assistant-v7-production`,
    ]);
  });
});

describe("one-at-a-time", () => {
  it("is broken when a second run acts for a release whose lock another run holds", async () => {
    const second = "second";
    const unfenced: Tampering[] = [
      { operation: "GetItem", execution: second, answer: (output) => heldBy(second, output) },
      {
        operation: "UpdateItem",
        execution: second,
        request: ({ ConditionExpression: _, ...input }) => withoutUnused(input),
      },
    ];
    let opened: Body = {};
    const opening = substituted("OpenRelease", async (event, original) => {
      if (event.execution === executionArn(second)) return compensating(opened, second);
      opened = await original(event);
      return opened;
    });
    const planning = substituted("PlanCapacity", async (event, original) => {
      const planned = await original(event);
      opened = { ...opened, planning: planned };
      return planned;
    });
    const steps = (all: Steps) => planning(opening(all));

    const { broken, violations } = await rehearsed({
      steps,
      tamperings: unfenced,
      also: [{ afterSeconds: 1500, event: { model: "chat-assistant", version: 7 }, name: second }],
    });

    expect(broken).toEqual(["one-at-a-time"]);
    expect(violations[0]?.what).toBe(
      `UpdateEndpointWeightsAndCapacities of execution second changed weights ${endpoint} while execution rehearsal held the lock`,
    );
  });
});

describe("write-ahead", () => {
  it("is broken when an intent is recorded for another resource than is changed", async () => {
    const elsewhere: Tampering = {
      operation: "UpdateItem",
      when: (input) => intentOf(input)?.id?.S === "model",
      request: (input) => {
        const resource = intentOf(input)?.resource as { M: Body };
        resource.M.name = { S: "elsewhere" };
        return input;
      },
    };

    const { broken, violations } = await rehearsed({ tamperings: [elsewhere] });

    expect(broken).toEqual(["write-ahead", "every-change-evidenced"]);
    expect(violations.map(({ what }) => what)).toEqual([
      "CreateModel on model slipway-dev-chat-assistant-v7-production-ziuu2ucq reached AWS with no open change in the ledger",
      "a pack says that model was made, and nothing was",
    ]);
  });

  it("is broken when a restore does not compare before it sets", async () => {
    const blind: Tampering = {
      operation: "RegisterScalableTarget",
      state: "ScaleDown",
      request: (input) => ({ ...input, MaxCapacity: 16 }),
    };

    const { broken, violations } = await rehearsed({
      world: "bad-errors",
      meddler: raisesTheMaximum,
      tamperings: [blind],
    });

    expect(broken).toEqual(["write-ahead"]);
    expect(violations[0]?.what).toContain("overwrites what someone else changed (RegisterScalableTarget)");
  });
});

describe("exactly-once", () => {
  const again = [{ afterSeconds: 60, event: { model: "chat-assistant", version: 7 } }];

  it("is broken when a duplicate is not recognised", async () => {
    const forgetful: Tampering[] = [
      { operation: "Query", state: "OpenRelease", answer: () => ({ Items: [], Count: 0, ScannedCount: 0 }) },
      {
        operation: "PutItem",
        state: "OpenRelease",
        request: ({ ConditionExpression: _, ...input }) => input,
      },
    ];

    const { broken, violations } = await rehearsed({ world: "no-quota", also: again, tamperings: forgetful });

    expect(broken).toEqual(["exactly-once"]);
    expect(violations[0]?.what).toMatch(
      /^chat-assistant-v7-production was opened by execution .* and before/,
    );
  });

  it("holds when a person asks for a release again", async () => {
    const asked = [{ afterSeconds: 60, event: { model: "chat-assistant", version: 7, again: true } }];

    const { violations, record } = await rehearsed({ world: "no-quota", also: asked });

    expect(violations).toEqual([]);
    expect(record.executions.map(({ outcome }) => outcome)).toEqual(["refused", "refused"]);
  });
});

describe("never-promote-blind", () => {
  it("is broken when a stage is passed before its data are published", async () => {
    const steps = substituted("CheckKpis", async (event, original) => {
      const judged = await original(event);
      return { ...judged, decision: "advance" };
    });

    const { broken, violations, record } = await rehearsed({ steps });

    expect(record.outcome).toBe("promoted");
    expect(broken).toEqual(["never-promote-blind"]);
    expect(violations.map(({ state, stage }) => [state, stage])).toEqual([
      ["ShiftTraffic", 0],
      ["ShiftTraffic", 1],
      ["ShiftTraffic", 2],
      ["ShiftTraffic", 3],
    ]);
  });
});

describe("within-means", () => {
  it("is broken when the quota that is read is not the account's", async () => {
    const generous: Tampering = {
      operation: "ListServiceQuotas",
      answer: (output) => ({
        ...output,
        Quotas: (output.Quotas as Body[]).map((quota) => ({ ...quota, Value: 1000 })),
      }),
    };

    const { broken, violations } = await rehearsed({ world: "no-quota", tamperings: [generous] });

    expect(broken).toEqual(["within-means"]);
    expect(violations[0]?.what).toMatch(/^UpdateEndpoint was refused: The account-level service limit/);
  });

  it("is broken when no quota is read before a shift", async () => {
    const known = new Map<string, Body>();
    const remembered: Tampering[] = [
      {
        operation: "ListServiceQuotas",
        state: "PlanCapacity",
        answer: (output, input) => {
          known.set(String(input.NextToken), output);
          return output;
        },
      },
      {
        operation: "ListServiceQuotas",
        state: "ShiftTraffic",
        swallow: (input) => known.get(String(input.NextToken)) ?? {},
      },
    ];

    const { broken, violations } = await rehearsed({ tamperings: remembered });

    expect(broken).toEqual(["within-means"]);
    expect(violations.map(({ stage }) => stage)).toEqual([0, 1, 2, 3]);
  });
});

describe("outcome-verified", () => {
  it("is broken when weights that AWS took back are believed to be in force", async () => {
    let asked: Body[] = [];
    const credulous: Tampering[] = [
      {
        operation: "UpdateEndpointWeightsAndCapacities",
        request: (input) => {
          asked = input.DesiredWeightsAndCapacities as Body[];
          return input;
        },
      },
      { operation: "DescribeEndpoint", answer: (output) => withWeights(output, asked) },
    ];

    const { broken, violations } = await rehearsed({ tamperings: credulous, meddler: takesWeightsBack });

    expect(broken).toEqual(["outcome-verified"]);
    expect(violations[0]?.what).toBe(
      "UpdateEndpointWeightsAndCapacities came after the weights v6 75, v7 25 with a look that did not show it",
    );
  });

  it("is broken when a release that was rolled back is closed as promoted", async () => {
    const boastful: Tampering = {
      operation: "UpdateItem",
      state: "CloseRelease",
      when: (input) => closingOf(input) !== undefined,
      request: (input) => {
        Object.assign(closingOf(input)?.M ?? {}, { outcome: { S: "promoted" } });
        return input;
      },
    };

    const { broken, violations } = await rehearsed({ world: "bad-errors", tamperings: [boastful] });

    expect(broken).toEqual(["outcome-verified"]);
    expect(violations[0]?.what).toBe("the release was closed as promoted while v6 was on the endpoint");
  });
});

describe("over-once-answered", () => {
  it("is broken when a step answers while a call of its own is under way", async () => {
    const steps = (all: Steps): Steps => ({
      ...all,
      CheckCapacity: async (event, context) => {
        const answer = await all.CheckCapacity?.(event, context);
        void all.CheckCapacity?.(event, context);
        await new Promise((resolve) => setTimeout(resolve, 2));
        return answer;
      },
    });

    const { broken, violations } = await rehearsed({ steps });

    expect(broken).toEqual(["over-once-answered"]);
    expect(violations[0]).toMatchObject({
      state: "CheckCapacity",
      what: "CheckCapacity had answered with DynamoDB_20120810.GetItem under way",
    });
  });
});
