/** Orders and freezes given in the middle of a release: what a person does is carried out and leaves nothing behind. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { connect, type Wire } from "../../src/aws/clients.ts";
import { declareFreeze } from "../../src/aws/freezes.ts";
import { order } from "../../src/aws/orders.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { rehearseHere } from "../../src/rehearsal/engine/rehearsal.ts";
import type { RunRecord } from "../../src/rehearsal/engine/run-record.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";

const releaseId = "chat-assistant-v7-production";

function samplePlan(): Plan {
  const parsed = parsePlan(readFileSync("plans/chat-assistant.yml", "utf8"), "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error("the sample plan is not valid");
  return parsed.plan;
}

/** Rehearses a healthy release in which someone acts on the account at one moment. */
async function rehearse(act: (wire: Wire) => Promise<unknown>, options: { atSeconds: number; plan?: Plan }) {
  let acted = 0;
  const said: unknown[] = [];
  const record = await rehearseHere(
    {
      plan: options.plan ?? samplePlan(),
      world: loadWorld("healthy"),
      event: { model: "chat-assistant", version: 7 },
      seed: 1,
      settleSeconds: 1800,
    },
    {
      ...releaseParts,
      functionsOn: (wire) => ({
        ...releaseParts.functionsOn?.(wire),
        Person: async () => {
          acted += 1;
          if (acted === 1) said.push(await act(wire));
        },
      }),
      rates: [
        ...(releaseParts.rates ?? []),
        { function: "Person", everySeconds: options.atSeconds, event: {} },
      ],
    },
  );
  const { violations } = record.findings.invariants as InvariantFindings;
  return { record, said, violations: Object.values(violations).flat() };
}

/** What must be as before; counts are left to the restored scaling policy, which goes on with its work. */
function kept({ endpoints, ...rest }: RunRecord["before"]) {
  const shapes = Object.entries(endpoints).map(([name, { configName, variants }]) => [
    name,
    configName,
    Object.entries(variants).map(([variant, { weight }]) => [variant, weight]),
  ]);
  return { shapes, ...rest };
}

test("a release that is stopped is undone by the sweep and ends as stopped", async () => {
  const { record, said, violations } = await rehearse(
    (wire) => order(connect(wire), { releaseId, kind: "stop", by: "ada", nowMs: Date.now() }),
    { atSeconds: 1500 },
  );

  expect(said).toEqual([`${releaseId} is stopped; the sweep undoes what it left`]);
  expect(record.executions.map(({ outcome }) => outcome)).toEqual(["aborted", "stopped"]);
  expect(record.executions[0]?.reason).toContain("stop ordered by ada");
  expect(kept(record.after)).toEqual(kept(record.before));
  expect(violations).toEqual([]);
});

test("a release that is told to roll back is compensated at once and ends as rolled back", async () => {
  const { record, violations } = await rehearse(
    (wire) => order(connect(wire), { releaseId, kind: "roll-back", by: "ada", nowMs: Date.now() }),
    { atSeconds: 1500 },
  );

  expect(record.executions.map(({ outcome }) => outcome)).toContain("rolled-back");
  expect(kept(record.after)).toEqual(kept(record.before));
  expect(violations).toEqual([]);
});

test("an order to a release that is closed is refused by what became of it", async () => {
  const { said } = await rehearse(
    (wire) =>
      order(connect(wire), { releaseId, kind: "stop", by: "ada", nowMs: Date.now() }).catch(
        (error: Error) => error.message,
      ),
    { atSeconds: 7000 },
  );

  expect(said).toEqual([
    `release: expected one that is under way, found "${releaseId}", which ended as promoted`,
  ]);
});

test("a freeze holds a release that is half-way at its stage, and it goes on when the freeze is over", async () => {
  const { record, violations } = await rehearse(
    (wire) =>
      declareFreeze(connect(wire), "chat-assistant", {
        by: "ada",
        reason: "a big day",
        until: new Date(Date.now() + 2 * 3600_000).toISOString(),
      }),
    { atSeconds: 1500 },
  );

  const stage = (percent: number) => record.stages.find(({ trafficPercent }) => trafficPercent === percent);
  expect(record.outcome).toBe("promoted");
  expect((stage(25)?.entries.WaitForShift ?? 0) * 300).toBeGreaterThan(3600);
  expect(violations).toEqual([]);
});

test("a freeze walks a half-way release back where the plan says so", async () => {
  const plan = samplePlan();
  const { record, violations } = await rehearse(
    (wire) => declareFreeze(connect(wire), "*", { by: "ada", reason: "a big day" }),
    { atSeconds: 1500, plan: { ...plan, freezes: { ...plan.freezes, halfWay: "roll-back" } } },
  );

  expect(record.outcome).toBe("rolled-back");
  expect(record.reason).toBe("frozen by ada until lifted: a big day");
  expect(kept(record.after)).toEqual(kept(record.before));
  expect(violations).toEqual([]);
});
