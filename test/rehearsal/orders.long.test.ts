/** Orders and freezes given in the middle of a release: what a person does is carried out and leaves nothing behind. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { doorOf } from "../../functions/index.ts";
import { connect, type Wire } from "../../src/aws/clients.ts";
import { declareFreeze } from "../../src/aws/freezes.ts";
import { order } from "../../src/aws/orders.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";

const releaseId = "chat-assistant-v7-production";

function samplePlan(): Plan {
  const parsed = parsePlan(readFileSync("plans/chat-assistant.yml", "utf8"), "plans/chat-assistant.yml");
  if (!parsed.ok) throw new Error("the sample plan is not valid");
  return parsed.plan;
}

/** Rehearses a healthy release in which someone looks every so often, and acts on the account at some of the looks. */
async function rehearse(
  act: (wire: Wire) => Promise<unknown>,
  options: { atSeconds: number; looks?: readonly number[]; plan?: Plan },
) {
  let looked = 0;
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
          looked += 1;
          if ((options.looks ?? [1]).includes(looked)) said.push(await act(wire));
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

  expect(said).toEqual([{ said: `${releaseId} is stopped; the sweep undoes what it left`, done: true }]);
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

test("a roll-back that is ordered twice leaves the compensation of the first alone", async () => {
  const { record, said, violations } = await rehearse(
    (wire) =>
      order(connect(wire), { releaseId, kind: "roll-back", by: "ada", nowMs: Date.now() }).catch(
        (error: Error) => error.message,
      ),
    { atSeconds: 150, looks: [10, 11] },
  );

  const [first = "", second = ""] = said.map((each) => (each as { said?: string }).said ?? String(each));
  const name = first.split(" ").at(-1);
  expect(first).toMatch(/is being rolled back by execution compensate-by-hand-/);
  expect(second).toMatch(/^chat-assistant-v7-production is being put back already, by execution /);
  expect(record.executions.map(({ outcome }) => outcome).filter((each) => each === "aborted")).toHaveLength(
    1,
  );
  expect(record.executions.find((each) => each.name === name)?.outcome).toBe("rolled-back");
  expect(kept(record.after)).toEqual(kept(record.before));
  expect(violations).toEqual([]);
});

/** The wire of somebody who may not stop executions. */
const mayNotStop = (wire: Wire): Wire => ({
  handle: (request: never) => {
    const { headers } = request as { headers: Readonly<Record<string, string>> };
    if (!headers["x-amz-target"]?.endsWith(".StopExecution")) return wire.handle(request);
    const body = new TextEncoder().encode('{"__type":"AccessDeniedException","message":"no"}');
    return Promise.resolve({
      response: { statusCode: 400, headers: { "content-type": "application/x-amz-json-1.0" }, body },
    });
  },
});

test("an order that could only be recorded has the release walk back by itself, as was said", async () => {
  const { record, said, violations } = await rehearse(
    (wire) =>
      order(connect(mayNotStop(wire)), { releaseId, kind: "roll-back", by: "ada", nowMs: Date.now() }),
    { atSeconds: 1500 },
  );

  expect(said).toEqual([
    {
      done: false,
      said: `${releaseId} has the order, and walks back by itself at its next step rather than at once: it could not be stopped (AccessDeniedException: no)`,
    },
  ]);
  expect(record.executions.map(({ outcome }) => outcome)).toEqual(["rolled-back"]);
  expect(record.reason).toContain("ada");
  expect(kept(record.after)).toEqual(kept(record.before));
  expect(violations).toEqual([]);
});

test("a person who looks every ten minutes answers what a stage asks, and the release goes on", async () => {
  const plan = samplePlan();
  const { record, said } = await rehearse(
    async (wire) =>
      doorOf(
        wire,
        "ada",
      )?.({ order: "answer", releaseId, answer: "proceed" }).catch((error: Error) => error.message),
    {
      atSeconds: 600,
      looks: Array.from({ length: 20 }, (_, i) => i + 1),
      // A bake of five minutes at 5 % proves nothing.
      plan: {
        ...plan,
        rollout: {
          ...plan.rollout,
          stages: [5, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 })),
          onInconclusive: { action: "ask", waitMinutes: 60 },
        },
      },
    },
  );

  expect(said).toContainEqual({ said: `${releaseId}, stage 0: proceed, answered by ada`, done: true });
  expect(said[0]).toMatch(/expected one of which a stage asks/);
  expect(record.outcome).toBe("promoted");
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
    `RELEASE: expected one that is under way, found "${releaseId}", which ended as promoted`,
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
  expect(stage(5)?.entries.Hold).toBeGreaterThan(60);
  expect(stage(5)?.entries.Hold).toBeLessThan(90);
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
