/** CheckGates on the twin: what it asks for, in how many calls, how long it waits for an answer, and what it refuses. */
import { describe, expect, test } from "vitest";
import { checkGates } from "../../functions/check-gates.ts";
import { journalOf } from "../../src/aws/journal.ts";
import { type GateName, gateNames } from "../../src/core/gates/names.ts";
import { Gates } from "../../src/core/gates/settings.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { Planned } from "../../src/core/release/document/document.ts";
import { upcast } from "../../src/core/release/document/reading.ts";
import { planIn } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

const gated = planIn("test/data/plans/gated.yml");
const event = { model: gated.model, version: 7 };
const asking = (...require: GateName[]): Plan => ({
  ...gated,
  gates: Gates.parse({ require, keptExposures: "fail" }),
});

async function planned(plan: Plan, spec: SpecInput = {}): Promise<Run> {
  const run = await Run.begin({ plan, spec, event });
  await run.plan();
  return run;
}
const ask = (run: Run) => checkGates(Planned.parse(upcast(run.doc)), run.tools);

/** Worlds in which each gate passes, and in which it fails. */
const worlds: Readonly<Partial<Record<GateName, readonly [good: object, bad: object]>>> = {
  "volume-encryption": [{ volumeKey: "customer" }, { volumeKey: "aws" }],
  "key-usable": [{ volumeKey: "customer" }, { volumeKey: "customer", keyState: "Disabled" }],
  "key-rotation": [{ volumeKey: "customer" }, { volumeKey: "customer", keyRotation: false }],
  "artefact-encryption": [{ modelData: { candidate: "customer" } }, { modelData: { candidate: "none" } }],
  "network-isolation": [{ networkIsolation: true }, {}],
  vpc: [{ vpc: true }, {}],
  "image-digest": [{ imageBy: "digest" }, { movedTag: true }],
  vulnerabilities: [{}, { findings: [{ of: "candidate", severity: "critical" }] }],
  "image-age": [{}, { imageAgeDays: { candidate: 91 } }],
  "data-location": [{}, { dataRegion: "us-east-1" }],
  approval: [{}, { rejectedAfterMinutes: 1 }],
  "separation-of-duties": [{}, { approver: "creator" }],
};

describe.each(Object.entries(worlds))("%s", (gate, [good, bad]) => {
  test.each([
    ["pass", good, "pass"],
    ["fail", bad, "refused"],
  ])("%s", async (status, security, answer) => {
    const run = await planned(asking(gate as GateName), { security });
    if (gate === "approval") run.account.wait(2);

    const found = await ask(run);

    expect(found.answers).toEqual([expect.objectContaining({ gate, status })]);
    expect(found.status).toBe(answer);
    if (status === "fail") expect(found.reason).toMatch(new RegExp(`^gate ${gate}: expected .*; to do: `));
  });
});

test("a plan that asks for no gates makes no call, and passes", async () => {
  const run = await planned({ ...gated, gates: Gates.parse({}) });
  const before = run.account.calls.length;

  expect(await ask(run)).toMatchObject({ status: "pass", answers: [], reason: "the plan asks for no gates" });
  expect(run.account.calls.slice(before).map(({ service }) => service)).toEqual(["dynamodb"]);
});

test("all gates together take at most 40 calls, and are written down once", async () => {
  const run = await planned(
    { ...gated, gates: Gates.parse({ profile: "strict" }) },
    {
      security: {
        volumeKey: "customer",
        keyReplicas: ["eu-central-1"],
        dataRegion: "us-east-1",
        modelData: { serving: "aws", candidate: "customer", objects: 12 },
      },
    },
  );
  const before = run.account.calls.length;

  const found = await ask(run);

  const calls = run.account.calls.slice(before).filter(({ service }) => service !== "dynamodb");
  expect(found.answers.map(({ gate }) => gate)).toEqual(gateNames);
  expect(calls.length).toBeLessThanOrEqual(40);
  expect(found.answers.filter((answer) => answer.found.includes("not asked"))).toEqual([]);
  expect(found.answers).toContainEqual(
    expect.objectContaining({ gate: "artefact-encryption", status: "pass" }),
  );
  expect(new Set(calls.map((call) => JSON.stringify([call.operation, call.input]))).size).toBe(calls.length);
  const { entries } = await journalOf(run.tools.aws, run.doc.release.id);
  expect(entries.filter(({ kind }) => kind === "gates")).toEqual([
    expect.objectContaining({ isBlocked: true, answers: found.answers }),
  ]);
});

test("what is refused to it is unknown, and counts as a failure", async () => {
  const run = await planned(asking("key-usable"), { security: { volumeKey: "customer" } });
  run.account.world.state.endpointConfigs.clear();

  expect(await ask(run)).toMatchObject({
    status: "refused",
    answers: [{ gate: "key-usable", status: "unknown", found: expect.stringContaining("configuration") }],
  });
});

test("what does not answer within two seconds is unknown", async () => {
  const run = await planned(asking("key-usable", "vpc"), { security: { volumeKey: "customer", vpc: true } });
  const { kms } = run.tools.aws;
  const silent = { ...kms, send: () => new Promise<never>(() => {}) };
  const began = performance.now();

  const tools = { ...run.tools, aws: { ...run.tools.aws, kms: silent as never } };
  const found = await checkGates(Planned.parse(upcast(run.doc)), tools);

  expect(found.answers).toMatchObject([
    { gate: "key-usable", status: "unknown", found: expect.stringContaining("no answer within 2 s") },
    { gate: "vpc", status: "pass" },
  ]);
  expect(performance.now() - began).toBeGreaterThan(1_900);
});
