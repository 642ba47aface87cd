/** `slipway rehearse`: how it ends, what it exits with, and what the document holds. */
import "./warm-threads.ts";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { say } from "./spoken.ts";
import { all, expectEnd, rehearsed } from "./world-ends.ts";

const known = new Map<string, ReturnType<typeof rehearsed>>();

/** The rehearsal of a world, run when it is first asked for. */
function inWorld(world: string): ReturnType<typeof rehearsed> {
  const found = known.get(world) ?? rehearsed("--world", world);
  known.set(world, found);
  return found;
}

/** All of them: each-world.long.test.ts. */
it.each(["healthy", "late-fault", "no-quota"])("in the world %s it ends as it should", async (world) => {
  expectEnd(world, await inWorld(world));
});

test("any version that an event asks for is in the registry", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "event-")), "event.json");
  const approved = readFileSync("events/registry-approved.json", "utf8")
    .replace('"ModelPackageVersion": 7', '"ModelPackageVersion": 42')
    .replaceAll("assistant/7", "assistant/42");
  writeFileSync(path, approved);

  expect((await rehearsed("--event", path)).facts).toMatchObject({ outcome: "promoted", version: 42 });
});

describe("the document", () => {
  it("has every key that it promises, and a minute of the timeline for each virtual minute", async () => {
    const { facts } = await inWorld("healthy");

    expect(facts).toMatchObject({
      outcome: "promoted",
      model: "chat-assistant",
      version: 7,
      milestone: "production",
      seed: 1,
      world: { name: "healthy", description: expect.any(String) },
      virtualSeconds: expect.any(Number),
      lockedMinutes: expect.any(Number),
      transitions: expect.any(Number),
      lambdaInvocations: expect.any(Number),
      instanceHours: expect.any(Number),
      costUsd: expect.any(Number),
      totalCostUsd: expect.any(Number),
      budget: { usdPerRelease: 120, maxLockedMinutes: 15 },
      candidateFailedRequests: 0,
    });
    expect(facts.awsCalls["sagemaker.UpdateEndpoint"]).toBe(2);
    expect(Object.keys(facts.invariants)).toEqual(all);
    expect(facts.timeline.map(({ minute }) => minute)).toEqual(facts.timeline.map((_, i) => i));
    expect(facts.timeline.length).toBeCloseTo(facts.virtualSeconds / 60, -1);
    expect(facts.timeline[0]).toMatchObject({
      trafficPercent: 0,
      variants: { v6: { instances: 16, ready: 8, requests: expect.any(Number), errors: expect.any(Number) } },
    });
  });

  it("tells the stages with their shares, fleets and figures", async () => {
    const { facts } = await inWorld("late-fault");

    expect(facts.stages.map(({ trafficPercent, result }) => [trafficPercent, result])).toEqual([
      [5, "passed"],
      [25, "passed"],
      [50, "stopped"],
    ]);
    const [first, , last] = facts.stages;
    expect(first).toMatchObject({
      candidate: { variant: "v7", instances: 8, ready: 8 },
      stable: { variant: "v6" },
    });
    expect(first?.untilSeconds).toBe(facts.stages[1]?.fromSeconds);
    expect(last?.candidate?.errors).toBeGreaterThan(3 * (last?.stable?.errors ?? 0));
    expect(facts.candidateFailedRequests).toBeGreaterThan(50);
    expect(facts.candidateFailedRequests).toBeLessThan(facts.candidateRequests / 10);
  });

  it("is the same, to the byte, for the same plan, event, world and seed, and another for another seed", async () => {
    const one = await inWorld("late-fault");
    const two = await rehearsed("--world", "late-fault", "--seed", "1");
    const other = await rehearsed("--world", "late-fault", "--seed", "8");

    expect(two.text).toBe(one.text);
    expect(other.text).not.toBe(one.text);
  });
});

test("an event that starts no release is ignored, for the reason that the flow gives", async () => {
  const { code, facts } = await rehearsed("--event", "events/registry-rejected.json");

  expect(facts).toMatchObject({ outcome: "ignored", costUsd: 0, stages: [] });
  expect(facts.reason).toMatch(/Rejected/);
  expect(code).toBe(0);
});

test("a capacity-only milestone is done, and its pool is in the cost", async () => {
  const { code, facts } = await rehearsed("--event", "events/scheduled-milestone.json");

  expect(facts).toMatchObject({ outcome: "done", milestone: "training", violations: [] });
  expect(facts.instanceHoursBy.some(({ owner }) => owner.startsWith("training/"))).toBe(true);
  expect(facts.costUsd).toBeGreaterThan(0);
  expect(code).toBe(0);
});

test("without --json it prints a summary, and its progress goes to standard error", async () => {
  const { code, out, err } = await say("rehearse", "--world", "bad-errors");

  expect(code).toBe(2);
  expect(out).toMatch(/↩ rolled-back {2}chat-assistant v7 to production/);
  expect(out).toMatch(/in the world bad-errors/);
  expect(out).toMatch(/of the candidate's [\d,]+ because of it/);
  expect(out).toMatch(/\$\d+\.\d\d of \$120\.00 raised/);
  expect(out).toMatch(/invariants +✔ all 13 held/);
  expect(out).toMatch(/\d+ state transitions · \d+ Lambda invocations · \d+ AWS calls/);
  expect(err).toMatch(/^0:00:00 {2}open the release/);
  expect(err).toMatch(/ {2}5 % of traffic \(v6 8 of 8 ready, v7 8 of 8 ready\)\n/);
  expect(err).toMatch(/ {2}roll back/);
});

describe("gates, for what a pipeline shows them with", () => {
  const folder = mkdtempSync(join(tmpdir(), "gates-"));
  const at = (name: string) => join(folder, name);
  const files = ["--junit", at("gates.xml"), "--sarif", at("gates.sarif"), "--annotations", "github"];
  const written = () => ({
    junit: readFileSync(at("gates.xml"), "utf8"),
    results: JSON.parse(readFileSync(at("gates.sarif"), "utf8")).runs[0].results as { ruleId: string }[],
  });

  it("are a test each: passed, failed with what to do, skipped where a person waived it", async () => {
    const waivers =
      '  waivers:\n    - { gate: vpc, by: Ada Lovelace, until: "2026-02-01", reason: "moves in January" }\n';
    writeFileSync(at("gated.yml"), `${readFileSync("test/data/plans/gated.yml", "utf8")}${waivers}`);
    const security = {
      volumeKey: "customer",
      networkIsolation: true,
      findings: [{ of: "candidate", severity: "critical", count: 2 }],
    };
    const strict = { description: "A finding, and no VPC.", security };
    writeFileSync(at("world.yml"), JSON.stringify(strict));

    const { code, err } = await say(
      "rehearse",
      at("gated.yml"),
      "--world",
      at("world.yml"),
      "--quiet",
      ...files,
    );
    const { junit, results } = written();

    expect(code).toBe(4);
    expect(junit).toMatch(/<testsuite name="slipway rehearse [^"]*gated.yml" tests="15" failures="1" /);
    expect(junit).toMatch(
      /<failure type="gate" message="gate vulnerabilities: fail before the first change; expected /,
    );
    expect(junit).toMatch(/; found 2 critical, [^"]*; to do: register a version with a patched image, /);
    expect(results[0]).toMatchObject({ ruleId: "gate-failed", level: "error" });
    expect(err).toMatch(
      /^::error file=[^:]*gated.yml,title=a gate bars the way forward::gate vulnerabilities/m,
    );
  });

  it("that were never asked have not passed", async () => {
    await say("rehearse", "test/data/plans/gated.yml", "--world", "no-quota", "--quiet", ...files);
    const { junit, results } = written();

    expect(junit).toMatch(/ tests="15" failures="0" errors="0" skipped="15">/);
    expect(junit).toMatch(/<skipped message="gate vpc was not asked: the release ended as refused: /);
    expect(new Set(results.map(({ ruleId }) => ruleId))).toEqual(new Set(["gate-open"]));
  });

  it("are not told of a plan with a mistake, which is", async () => {
    const bad = readFileSync("test/data/plans/gated.yml", "utf8").replace(
      "profile: strict",
      "profile: strickt",
    );
    writeFileSync(at("bad.yml"), bad);

    const { code } = await say("rehearse", at("bad.yml"), ...files);
    const { junit, results } = written();

    expect(code).toBe(64);
    expect(junit).toMatch(/tests="1" failures="1".*gates.profile/s);
    expect(results).toMatchObject([{ ruleId: "plan-mistake" }]);
  });
});
