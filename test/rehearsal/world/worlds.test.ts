import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { BadWorld, loadWorld, parseWorld, worldNames } from "../../../src/rehearsal/worlds/load.ts";

function mistakesIn(text: string): readonly string[] {
  try {
    parseWorld("test.yml", text);
  } catch (error) {
    if (error instanceof BadWorld) return error.mistakes;
    throw error;
  }
  return [];
}

describe("The worlds that ship", () => {
  it.each(worldNames())("%s loads by its name and describes itself in one sentence", (name) => {
    const world = loadWorld(name);

    expect(world.description).toMatch(/^[A-Z].*\.$/);
  });

  it("are the ten that a release is proven in, one with a cold start, one with a fleet that grows, one with a bad instance, one in which training is tried twice, one in which a quota comes late, two with metrics that fail, one that lacks an instance type, one with a spike once the release is over, one whose instances serve less than is said, one whose fleets lean on the same table, one whose quality shows days later, one with quiet nights, two with more instances than their load asks for, two with security findings, and three with capacity that was bought before", () => {
    expect(worldNames()).toEqual([
      "bad-errors",
      "cold-start",
      "ending-reservation",
      "growing-fleet",
      "healthy",
      "late-fault",
      "late-finding",
      "late-growth",
      "late-quota",
      "late-spike",
      "lone-host",
      "lost-metrics",
      "no-capacity",
      "no-quota",
      "no-traffic",
      "quiet-nights",
      "reserved-capacity",
      "retraining",
      "rising-morning",
      "roomy-fleet",
      "shared-shock",
      "shared-table",
      "short-pool",
      "slow-model",
      "slow-provisioning",
      "small-reservation",
      "sparse-metrics",
      "traffic-spike",
      "undersized",
      "unscanned-image",
      "worse-quality",
    ]);
  });
});

describe("Loading a world", () => {
  it("reads a file by its path", () => {
    const file = join(mkdtempSync(join(tmpdir(), "world-")), "mine.yml");
    writeFileSync(file, "description: Mine.\nquotaInstances: 3\n");

    expect(loadWorld(file).quotaInstances).toBe(3);
  });

  it("names the worlds there are when there is no such world or file", () => {
    expect(() => loadWorld("helthy")).toThrow(
      /^the world "helthy": expected the path of a YAML file or one of bad-errors, .*, found neither; did you mean healthy\?$/,
    );
  });

  it("gives one message per mistake, with path, expectation and finding", () => {
    const mistakes = mistakesIn(
      "candidate: { errorFactor: -1 }\nmetrics: { lagSeconds: soon, lagSecond: 3 }\n",
    );

    expect(mistakes).toEqual([
      "test.yml: description: expected text, found nothing",
      "test.yml:1: candidate.errorFactor: expected at least 0, found -1",
      'test.yml:2: metrics.lagSeconds: expected a number, found "soon"',
      'test.yml:2: metrics.lagSecond: expected a known key, found "lagSecond"; did you mean lagSeconds?',
    ]);
  });

  it("refuses a trace that does not exist, naming those that do", () => {
    expect(mistakesIn("description: x\ntraffic: { trace: azure }\n")).toEqual([
      'test.yml:2: traffic.trace: expected one of azure-llm-2023-chat, found "azure"',
    ]);
  });

  it("refuses a figure and a share of the same thing, and two ways to say when", () => {
    const text = [
      "description: x",
      "quotaInstances: 12",
      "quotaPercent: 50",
      "service: { latencyMs: 450, latencyPercent: 30 }",
      "shocks: [{ atMinute: 30, atBakePercent: 25, minutes: 10 }]",
    ].join("\n");

    expect(mistakesIn(text)).toEqual([
      "test.yml:3: quotaPercent: expected quotaInstances or quotaPercent, not both, found both",
      "test.yml:4: service.latencyPercent: expected latencyMs or latencyPercent, not both, found both",
      "test.yml:5: shocks[0].atBakePercent: expected atBakePercent or atMinute, not both, found both",
    ]);
  });

  it("tells of what only fits nothing beside what has the wrong form", () => {
    const text = [
      "description: x",
      "traffic: { trace: azure, fil: a.csv }",
      "provisioning: { secondsP50: 100, secondsP95: 50, healthCheck: deeep }",
      "others: [{ name: a, instances: 1 }, { name: a, instances: 0 }]",
    ].join("\n");

    expect(mistakesIn(text)).toEqual([
      'test.yml:2: traffic.fil: expected a known key, found "fil"; did you mean file?',
      'test.yml:2: traffic.trace: expected one of azure-llm-2023-chat, found "azure"',
      'test.yml:3: provisioning.healthCheck: expected one of deep, shallow, found "deeep"; did you mean "deep"?',
      "test.yml:3: provisioning.secondsP95: expected at least secondsP50 (100), found 50",
      "test.yml:4: others[1].instances: expected at least 1, found 0",
      'test.yml:4: others[1].name: expected a name of its own, found "a"',
    ]);
  });

  it("says what a moment is to be said by", () => {
    expect(mistakesIn("description: x\nshocks: [{ minutes: 10 }]\n")).toEqual([
      "test.yml:2: shocks[0].atMinute: expected a number, found nothing",
    ]);
  });

  it("refuses two endpoints of one name", () => {
    const others = "others: [{ name: a, instances: 1 }, { name: a, instances: 2 }]";
    expect(mistakesIn(`description: x\n${others}\n`)).toEqual([
      'test.yml:2: others[1].name: expected a name of its own, found "a"',
    ]);
  });

  it("refuses a 95th percentile below the median", () => {
    expect(mistakesIn("description: x\nprovisioning: { secondsP50: 500, secondsP95: 400 }\n")).toEqual([
      "test.yml:2: provisioning.secondsP95: expected at least secondsP50 (500), found 400",
    ]);
  });

  it("refuses what is not YAML", () => {
    expect(mistakesIn("description: [")[0]).toMatch(/^test\.yml:1: the text: expected YAML, found /);
  });
});
