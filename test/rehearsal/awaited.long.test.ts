/** A production milestone by date whose version is approved late, or never, through the whole machine. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { WorldSpec } from "#twin/world";
import { Plan } from "../../src/core/plan/plan.ts";
import { plan as sample } from "../core/example.ts";

const awaited = "../../src/core/release/awaited.ts";
const openings = "../../src/aws/openings.ts";
type Awaited = typeof import("../../src/core/release/awaited.ts");
type Openings = typeof import("../../src/aws/openings.ts");

afterEach(() => {
  vi.doUnmock(awaited);
  vi.doUnmock(openings);
  vi.resetModules();
});

const plan = Plan.parse({
  ...sample,
  milestones: {
    ...sample.milestones,
    production: { when: { cron: "cron(0 10 * * ? *)", timeZone: "UTC", graceMinutes: 180 } },
  },
});
/** A rehearsal begins at eight. */
const event = {
  milestone: {
    model: plan.model,
    kind: "production",
    scheduledTime: "2026-01-05T08:00:00Z",
    leadMinutes: 120,
  },
};

async function approvedAfter(approvedAfterMinutes: number | null) {
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  const world = WorldSpec.parse({
    description: "A version that is approved late.",
    registry: { approvedAfterMinutes },
  });
  return rehearsing({ plan, event, world });
}

describe("a version that is approved", () => {
  it("after the start of its date is released then, and says how late it was", async () => {
    const { record, violations } = await approvedAfter(90);

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "promoted",
      reason: expect.stringMatching(/; \d\d min after it was due, 2026-01-05T10:00:00.000Z/),
    });
  });

  it("by nobody leaves all as it was, and the milestone is refused once its grace is over", async () => {
    const { record, violations } = await approvedAfter(null);

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(/^no version to release was approved until 2026-01-05T13:00:00.000Z/),
      virtualSeconds: expect.closeTo(5 * 3600, -2),
    });
    expect(record.changes.filter(({ by }) => by.who === "call")).toEqual([]);
    expect(record.after.endpointConfigs).toEqual(record.before.endpointConfigs);
  });
});

describe("a rehearsal is red where", () => {
  it("the grace has no end", async () => {
    vi.doMock(awaited, async (load: () => Promise<Awaited>) => ({
      ...(await load()),
      nextWhileAwaited: (): ReturnType<Awaited["nextWhileAwaited"]> => ({
        do: "wait",
        seconds: 1200,
        until: "2026-01-05T13:00:00.000Z",
      }),
    }));
    const { violations } = await approvedAfter(360);

    expect(violations).toContainEqual(
      expect.stringMatching(/^one-at-a-time: .* waits for a version beyond 2026-01-05T13/),
    );
  });

  it("a version that is approved is not seen", async () => {
    vi.doMock(openings, async (load: () => Promise<Openings>) => ({
      ...(await load()),
      withVersion: async () => "nothing is approved",
    }));
    const { violations } = await approvedAfter(30);

    expect(violations).toContainEqual(
      expect.stringMatching(/^one-at-a-time: .* waits for a version although 7 is approved$/),
    );
  });
});
