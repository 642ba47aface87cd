/** What of a plan's test under load is refused, each in a message of its own. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { loadTestMinutes } from "../../../src/core/plan/load-test.ts";
import { brieflyTested, loadTested, plan } from "../example.ts";

const path = "test/data/plans/load-tested.yml";
const text = readFileSync(path, "utf8");

function mistakesOf(own: string): string[] {
  const parsed = parsePlan(own, path);
  return parsed.ok ? [] : parsed.mistakes.map((mistake) => JSON.stringify(mistake));
}
const withKey = (key: string) => text.replace("loadTest:\n", `loadTest:\n  ${key}\n`);

describe("a plan's test under load", () => {
  it("is taken as it is, with a hold and a factor that fit", () => {
    expect(mistakesOf(text)).toEqual([]);
    expect(mistakesOf(withKey("holdMinutes: 0"))).toEqual([]);
    expect(mistakesOf(withKey("maxLoadFactor: 1.43"))).toEqual([]);
    expect(mistakesOf(withKey("maxMinutes: 2"))).toEqual([]);
    expect(mistakesOf(withKey("spike: { times: 2, minutes: 2 }"))).toEqual([]);
    expect(mistakesOf(withKey("spike: { times: 2, minutes: 2 }\n  maxLoadFactor: 2"))).toEqual([]);
  });

  it.each([
    ["holdMinutes: 12", /holdMinutes.*less than maxMinutes, 12/],
    ["maxLoadFactor: 1.4", /maxLoadFactor.*at least 1\.43/],
    ["maxMinutes: 1", /maxMinutes/],
    ["spike: { times: 2, minutes: 2 }\n  maxLoadFactor: 1.9", /spike.times.*at most maxLoadFactor, 1\.9/],
    ["spike: { times: 2, minutes: 9 }", /spike.minutes.*less than 9, what maxMinutes \(12\) leaves/],
    ["spike: { times: 1, minutes: 2 }", /spike.times/],
    ["spike: { times: 5.5, minutes: 2 }", /spike.times/],
  ])("is refused by name: %s", (key, said) => {
    const mistakes = mistakesOf(withKey(key)).filter((each) => said.test(each));

    expect(mistakes).toHaveLength(1);
  });

  it.each([
    ["latencyMsP99: 1500", "latencyMsP99: 41000", /loadTest.*waits no longer/],
    ["peakRequestsPerSecond: 60", "peakRequestsPerSecond: 4000", /loadTest.*5714 requests per second/],
    [
      "peakRequestsPerSecond: 60",
      "peakRequestsPerSecond: 1100",
      /spike.times.*at most 4\.54: .*10 invocations.*found.*5, 5500 requests per second/,
    ],
  ])("is refused where ten invocations cannot do it: %s → %s", (from, to, said) => {
    const spiked = withKey("spike: { times: 5, minutes: 2 }").replace(from, to);
    expect(mistakesOf(spiked).filter((each) => said.test(each))).toHaveLength(1);
  });

  it("takes as long as its limits let it and a rest, and nothing where there is none", () => {
    expect(loadTestMinutes(loadTested)).toEqual({ usual: 17, most: 17 });
    expect(loadTestMinutes(plan)).toEqual({ usual: 0, most: 0 });
    const spiked = { ...brieflyTested, maxMinutes: 30, spike: { times: 2, minutes: 2 } };
    expect(loadTestMinutes({ loadTest: spiked })).toEqual({ usual: 20, most: 35 });
  });
});
