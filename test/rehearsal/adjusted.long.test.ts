/**
 * A fleet that is adjusted by itself, by virtual time: a release is promoted, a day later its fleet's minimum is lowered by what was
 * learnt, and watched. It is kept where the load stays, and put back within minutes where it comes back.
 */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { factsOf } from "../../src/rehearsal/facts/facts.ts";
import { followedOn } from "../../src/rehearsal/release/followed.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { partOf } from "../part.ts";
import { rehearsing } from "./explore/rehearsing.ts";

function planIn(file: string, change: (text: string) => string = (text) => text): Plan {
  const parsed = parsePlan(change(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8")), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.plan;
}
const plan = planIn("test/data/plans/adjusted.yml");
/** Another model on other instances, whose ceiling is a twentieth of the sample's. */
const fraud = planIn("test/data/plans/fraud-scoring.yml", (text) =>
  text
    .replace(
      /milestones:\n[\s\S]*?\nrollout:/,
      "milestones:\n  production: { when: { event: model-approved } }\nrollout:",
    )
    .replace("instances: 3", "instances: 6")
    .replace("peakRequestsPerSecond: 40", "peakRequestsPerSecond: 80")
    .replace("{ action: ask, waitMinutes: 60 }", "{ action: proceed }")
    .concat("proposals: { adjust: automatic, within: { minInstances: 2, maxInstances: 9 }, watchDays: 1 }\n"),
);

async function rehearsed(own: Plan, world: string, seed: number) {
  const spec = loadWorld(world);
  const asked = {
    world: spec,
    plan: own,
    event: { model: own.model, version: 7 },
    seed,
    ...followedOn(own, {}),
  };
  const { record, violations } = await rehearsing(asked);
  const { adjustments = [] } = factsOf(asked, world, record);
  return { record, violations, adjustments, rung: record.alarms.map(({ name }) => name) };
}

describe.each([
  ["the sample", plan, 8],
  ["another plan", fraud, 6],
] as const)("by %s", (_name, own, size) => {
  it.each(partOf([1, 2, 3]))(
    "what the load leaves room for is lowered, watched and kept, seed %i",
    async (seed) => {
      const { record, violations, adjustments, rung } = await rehearsed(own, "roomy-fleet", seed);

      expect(violations).toEqual([]);
      expect(record.outcome).toBe("promoted");
      expect(adjustments.slice(0, 2)).toEqual([
        expect.objectContaining({ outcome: "lowered", from: size }),
        expect.objectContaining({
          outcome: "kept",
          why: expect.stringMatching(/^no harm found in 1[34]\d\d minutes/),
        }),
      ]);
      expect(adjustments.map(({ outcome }) => outcome)).not.toContain("put-back");
      expect(rung).toEqual([]);
    },
  );

  it.each(partOf([1, 2, 3]))(
    "where the load comes back it is put back, and that rings, seed %i",
    async (seed) => {
      const { record, violations, adjustments, rung } = await rehearsed(own, "late-growth", seed);

      expect(violations).toEqual([]);
      expect(record.outcome).toBe("promoted");
      expect(adjustments.map(({ outcome }) => outcome)).toEqual(["lowered", "put-back"]);
      const [lowered, back] = adjustments;
      expect(back).toMatchObject({
        from: lowered?.to,
        to: size,
        why: expect.stringMatching(/worse at 2026-01-06T12:/),
      });
      expect(rung).toEqual(["AdjustmentHarmAlarm"]);
    },
  );
});

test("a plan that only proposes leaves the fleet as it is", async () => {
  const { proposals: _, ...proposing } = plan;
  const { record, adjustments } = await rehearsed(proposing, "roomy-fleet", 1);

  expect(record.outcome).toBe("promoted");
  expect(adjustments).toEqual([]);
});
