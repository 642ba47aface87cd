/** A plan's criteria through the whole machine: what does not measure up is refused before anything is raised. */
import { afterEach, describe, expect, it, vi } from "vitest";
import { WorldSpec } from "#twin/world";
import { validated } from "../core/example.ts";

const validating = "../../src/aws/validating.ts";
type Validating = typeof import("../../src/aws/validating.ts");

afterEach(() => {
  vi.doUnmock(validating);
  vi.resetModules();
});

async function released(evaluation: string, event?: object) {
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  const world = WorldSpec.parse({
    description: `A version whose evaluation is ${evaluation}.`,
    registry: { evaluation, versions: [4] },
  });
  return rehearsing({ plan: validated, world, ...(event && { event }) });
}

describe("a version", () => {
  it("that measures up is released", async () => {
    const { record, violations } = await released("good");

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
  });

  it.each([
    ["bad", /^binary_classification_metrics.auc of version 7 is 0.8415, and has to be 0.85 at least; post_/],
    ["worse", /of version 6, which serves, 0.887: it may be worse by 0.01 at most$/],
    ["missing", /is not known: its registry entry names no document of model-quality; /],
    ["unreadable", /is not known: s3:\/\/chat-assistant-evaluations\/v7\/model-quality.json cannot be read/],
  ])("whose evaluation is %s is refused, and all is as it was", async (evaluation, reason) => {
    const { record, violations } = await released(evaluation);

    expect(violations).toEqual([]);
    expect(record).toMatchObject({ outcome: "refused", reason: expect.stringMatching(reason) });
    expect(record.after.endpoints[validated.endpoint.name]?.configName).toBe("chat-assistant-config-v6");
    expect(record.after.models).toEqual(record.before.models);
    expect(record.changes.filter(({ by }) => by.who === "call")).toEqual([]);
  });

  it("that has served is gone back to, whatever it measures", async () => {
    const back = { model: validated.model, version: 4, revert: true };
    const { record, violations } = await released("missing", back);

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
  });
});

it("a rehearsal is red where nobody looks", async () => {
  vi.doMock(validating, async (load: () => Promise<Validating>) => ({
    ...(await load()),
    unmetCriteria: async () => [],
  }));
  const { violations } = await released("missing");

  expect(violations).toContain(
    "never-promote-blind: a model was made of version 7, whose evaluation is missing",
  );
});
