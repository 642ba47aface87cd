/** What a plan says of its gates: profiles, limits, waivers, and the mistakes that are told. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { profileNames, profiles } from "../../../src/core/gates/names.ts";
import { factsFor } from "../../../src/core/gates/registry.ts";
import { Gates, gatesOf, limitsOf } from "../../../src/core/gates/settings.ts";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { parsePlan } from "../../../src/core/plan/file.ts";

const sample = readFileSync("plans/chat-assistant.yml", "utf8");
const mistakesIn = (gates: string): string[] => {
  const parsed = parsePlan(`${sample}\ngates:\n${gates}`, "plan.yml");
  return parsed.ok ? [] : parsed.mistakes.map(formatMistake);
};

describe("gates of a plan", () => {
  test("there are none without the key, nor with it alone, and more than the profile's where it says so", () => {
    expect(gatesOf({})).toEqual([]);
    expect(gatesOf({ gates: Gates.parse({}) })).toEqual([]);
    expect(gatesOf({ gates: Gates.parse({ profile: "hipaa", require: ["key-rotation"] }) })).toEqual([
      ...[
        "volume-encryption",
        "key-usable",
        "key-rotation",
        "artefact-encryption",
        "inter-container-traffic",
      ],
      ...["vpc", "vulnerabilities", "separation-of-duties", "way-back", "least-privilege"],
    ]);
  });

  test("a profile is a part of the strict one, and only none asks for nothing", () => {
    for (const name of profileNames) {
      expect(profiles.strict).toEqual(expect.arrayContaining([...profiles[name]]));
      expect(profiles[name].length > 0).toBe(name !== "none");
    }
  });

  test("limits are the usual ones where nothing else is said", () => {
    expect(limitsOf({}, "eu-west-1")).toEqual({
      vulnerabilities: { critical: 0 },
      maxScanAgeDays: 30,
      maxImageAgeDays: 90,
      regions: ["eu-west-1"],
    });
    const limits = { vulnerabilities: { critical: 1, low: 9 }, regions: ["us-east-1"] };
    expect(limitsOf({ limits }, "eu-west-1")).toMatchObject(limits);
  });

  test("what is not asked for is not looked up", () => {
    expect([...factsFor(["way-back"])]).toEqual(["means"]);
    expect([...factsFor(["vpc", "approval"])].sort()).toEqual(["isolation", "version"]);
  });
});

describe("mistakes", () => {
  test.each([
    ["  profile: pci", /gates\.profile: .*none.*gdpr/],
    [
      "  profile: gdpr\n  waivers: [{ gate: vpc, by: Ada, until: 2026-03-31, reason: x }]",
      /gates\.waivers.*vpc/,
    ],
    [
      "  profile: strict\n  waivers: [{ gate: vpc, by: Ada, until: soon, reason: x }]",
      /gates\.waivers.*until.*a day such as/,
    ],
    ["  profile: strict\n  limits: { regions: [Europe] }", /gates\.limits\.regions.*a region such as/],
    ["  profile: strict\n  deadlineMinutes: 0", /gates\.deadlineMinutes/],
  ])("%s is told once", (gates, expected) => {
    const mistakes = mistakesIn(gates);

    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.replaceAll(/\[(\d+)\]/g, ".$1")).toMatch(expected);
  });

  test("two waivers of one gate are told", () => {
    const one = "{ gate: vpc, by: Ada, until: 2026-03-31, reason: x }";

    expect(mistakesIn(`  profile: strict\n  waivers: [${one}, ${one}]`)).toEqual([
      expect.stringMatching(/one waiver a gate.*vpc once more/),
    ]);
  });
});
