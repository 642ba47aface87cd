/**
 * A patch milestone through the whole machine: nothing behind, behind with a version that patches it, without one, not known, and a
 * patch that is bad itself. What is not needed raises nothing.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { WorldSpec } from "#twin/world";
import { Plan } from "../../src/core/plan/plan.ts";
import { planIn } from "../core/example.ts";
import type { Rehearsing } from "./explore/rehearsing.ts";

type Patching = typeof import("../../src/aws/patching.ts");
type Choosing = typeof import("../../src/core/gates/patch-choice.ts");

const whole = planIn("test/data/plans/patched.yml");
/** In one short step, for what is decided before the first. */
const plan: Plan = {
  ...whole,
  rollout: { ...whole.rollout, stages: [{ trafficPercent: 100, bakeMinutes: 3 }] },
};
const patching = "../../src/aws/patching.ts";
const choosing = "../../src/core/gates/patch-choice.ts";

afterEach(() => {
  vi.doUnmock(patching);
  vi.doUnmock(choosing);
  vi.resetModules();
});

/** A rehearsal begins at eight. */
const event = {
  milestone: { model: plan.model, kind: "patch", scheduledTime: "2026-01-05T08:00:00Z", leadMinutes: 120 },
};

async function dateIn(world: object, given: Partial<Rehearsing> = {}) {
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  return rehearsing({ plan, event, world: WorldSpec.parse({ description: "Images.", ...world }), ...given });
}

const old = { imageAgeDays: { serving: 132 } };

describe("on its date", () => {
  test("what is not behind is left alone: done, with nothing raised", async () => {
    const { record, violations } = await dateIn({});

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "done",
      reason: /^what serves on claims-patcher is not behind: v6/,
    });
    expect(record.changes.filter(({ by }) => by.who === "call")).toEqual([]);
    expect(record.virtualSeconds).toBeLessThan(60);
  });

  test("what is behind is patched through all stages, in time", async () => {
    const { record, violations } = await dateIn({ security: old }, { plan: whole });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(record.reason).not.toContain("after it was due");
  });

  test("without a version that patches it, it waits until its grace is over, raises nothing, and says what is wanted", async () => {
    const { record, violations } = await dateIn({
      security: { imageAgeDays: { serving: 132, candidate: 61 } },
    });

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(
        /found pushed 132 days ago; .*version 7: image-age.*61 days ago\); wanted: a version/,
      ),
      virtualSeconds: expect.closeTo(5 * 3600, -2),
    });
    expect(record.changes.filter(({ by }) => by.who === "call")).toEqual([]);
  });

  test("a version that is approved while it waits is released then", async () => {
    const { record, violations } = await dateIn({ security: old, registry: { approvedAfterMinutes: 90 } });

    expect(violations).toEqual([]);
    expect(record).toMatchObject({ outcome: "promoted", reason: /; \d+ min after it was due/ });
  });

  test("a version that nobody has scanned patches nothing", async () => {
    const { record, violations } = await dateIn({ security: { ...old, scan: "none" } });

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "refused",
      reason: /version 7: vulnerabilities, .* not known: /,
    });
  });

  test("a version with worse findings than what serves patches nothing, though it is within the limits", async () => {
    const findings = [
      { of: "serving", severity: "high", count: 1 },
      { of: "candidate", severity: "high", count: 2 },
    ];
    const { record, violations } = await dateIn({ security: { ...old, findings } });

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "refused",
      reason: /its scan shows 2 high, where what serves has 1/,
    });
  });

  test("a patch that is bad is rolled back by its verdict like any other", async () => {
    const { record, violations } = await dateIn(
      { security: old, candidate: { errorFactor: 8 } },
      { plan: whole },
    );

    expect(violations).toEqual([]);
    expect(record).toMatchObject({ outcome: "rolled-back", reason: /errors/ });
  });

  test("a freeze holds it back as any release", async () => {
    const freezes = {
      windows: [{ from: "2026-01-05T07:00:00Z", to: "2026-01-05T11:00:00Z", reason: "a launch" }],
    };
    const { record, violations } = await dateIn(
      { security: old },
      { plan: Plan.parse({ ...plan, freezes }) },
    );

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(record.virtualSeconds).toBeGreaterThan(3 * 3600);
  });
});

describe("in an account where other things happen", () => {
  test("two patches of two endpoints on one date do not wait for each other", async () => {
    const other = { ...plan, model: "other-patcher", endpoint: { ...plan.endpoint, name: "other-patcher" } };
    const its = { milestone: { ...event.milestone, model: other.model } };
    const beside = [{ plan: other, afterSeconds: 0, event: its }];
    const { record, violations } = await dateIn({ security: old }, { beside });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(record.beside).toMatchObject([{ model: other.model, executions: [{ outcome: "promoted" }] }]);
  });

  test.each(["ecr.DescribeImages#8", "sagemaker.DescribeModelPackage#16"])(
    "while %s is refused for hours nothing is released; once it is not, the version is",
    async (call) => {
      const faults = [`denied=call:OpenRelease/${call}@1`];
      const { record, violations } = await dateIn({ security: old }, { faults });

      expect(violations).toEqual([]);
      expect(record.faults).toEqual(faults);
      expect(record).toMatchObject({ outcome: "promoted", reason: /min after it was due/ });
    },
  );

  test.each(["crash-after-call", "throttled"])(
    "%s where the release is claimed opens it once",
    async (kind) => {
      const faults = [`${kind}=call:OpenRelease/dynamodb.PutItem#24@1`];
      const { record, violations } = await dateIn({ security: old }, { faults });

      expect(violations).toEqual([]);
      expect(record.faults).toEqual(faults);
      expect(record.outcome).toBe("promoted");
    },
  );
});

describe("a rehearsal is red where", () => {
  test("a patch is released although nothing is behind", async () => {
    vi.doMock(patching, async (load: () => Promise<Patching>) => {
      const real = await load();
      const servedPatches: Patching["servedPatches"] = async (...asked) => {
        const served = await real.servedPatches(...asked);
        return { ...served, status: { ...served.status, isBehind: true } };
      };
      return { ...real, servedPatches };
    });
    const { violations } = await dateIn({});

    expect(violations).toContainEqual(
      expect.stringMatching(/^one-at-a-time: \S+-v7-patch was opened although nothing that serves is behind/),
    );
  });

  test("a version is released whose own image is behind", async () => {
    vi.doMock(choosing, async (load: () => Promise<Choosing>) => ({
      ...(await load()),
      lackOfPatch: () => undefined,
    }));
    const { violations } = await dateIn({ security: { imageAgeDays: { serving: 132, candidate: 61 } } });

    expect(violations).toContainEqual(
      expect.stringMatching(/^one-at-a-time: \S+-v7-patch was opened although its own image is behind/),
    );
  });

  test("a version that patches what serves is not seen", async () => {
    vi.doMock(choosing, async (load: () => Promise<Choosing>) => ({
      ...(await load()),
      lackOfPatch: () => "nobody looked",
    }));
    const { violations } = await dateIn({ security: old });

    expect(violations).toContainEqual(
      expect.stringMatching(/^one-at-a-time: .* waits for a version although 7 is approved$/),
    );
  });
});
