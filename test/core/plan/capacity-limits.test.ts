/** The file of limits: what it takes, what it refuses by name, and which types and regions it allows. */
import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { checkText } from "../../../src/core/input/checked-file.ts";
import {
  allowsRegion,
  allowsType,
  askedOf,
  CapacityLimits,
  frozenToo,
} from "../../../src/core/plan/capacity-limits.ts";
import { frozenBy } from "../../../src/core/plan/freeze.ts";
import { plan } from "../example.ts";

const said = (text: string) => {
  const checked = checkText(CapacityLimits, text, "limits.yml");
  return checked.ok ? checked.value : checked.mistakes.map(formatMistake);
};
const allowing = (...instanceTypes: string[]): CapacityLimits =>
  CapacityLimits.parse({ owner: "infra", contact: "#infra", allowed: { instanceTypes } });

test("the sample file is one, and says whom to ask", () => {
  const limits = said(readFileSync("plans/limits.yml", "utf8")) as CapacityLimits;

  expect(limits).toMatchObject({ owner: "infrastructure", ceilings: { instancesPerEndpoint: 40 } });
  expect(askedOf(limits)).toBe("infrastructure (ask #infra-capacity, or a pull request of this file)");
});

test("each mistake is told by itself, at its line", () => {
  const text = [
    "owner: infra",
    "allowed:",
    "  instanceTypes: [g5.xlarge]",
    "  regions: [Ireland]",
    "ceilings:",
    "  instancesPerEndpont: 4",
    "  surgeUsdPerHour: -1",
  ].join("\n");

  expect(said(text)).toEqual([
    "limits.yml: contact: expected text, found nothing",
    'limits.yml:3: allowed.instanceTypes[0]: expected a type, or a pattern of types with *, such as "ml.g5.*", found "g5.xlarge"',
    'limits.yml:4: allowed.regions[0]: expected a region such as "eu-west-1", found "Ireland"',
    'limits.yml:6: ceilings.instancesPerEndpont: expected a known key, found "instancesPerEndpont"; did you mean instancesPerEndpoint?',
    "limits.yml:7: ceilings.surgeUsdPerHour: expected at least 0, found -1",
  ]);
});

test("a file that limits nothing is a mistake: nobody would notice", () => {
  expect(said("owner: a\ncontact: b")).toEqual([
    "limits.yml: the whole document: expected something under allowed, ceilings or freezes, found no limit",
  ]);
});

describe("a pattern of types", () => {
  it.each([
    ["ml.g5.*", "ml.g5.xlarge", true],
    ["ml.g5.*", "ml.g5.12xlarge", true],
    ["ml.g5.*", "ml.g5n.xlarge", false],
    ["ml.g5.*", "ml-g5.xlarge", false],
    ["ml.g*.xlarge", "ml.g4dn.xlarge", true],
    ["ml.g*.xlarge", "ml.g4dn.2xlarge", false],
    ["ml.*.*", "ml.p4d.24xlarge", true],
    ["ml.c5.large", "ml.c5.xlarge", false],
  ])("%s and %s: %s", (pattern, type, isAllowed) => {
    expect(allowsType(allowing(pattern), type)).toBe(isAllowed);
  });

  it("an empty list allows none, and no list all", () => {
    expect(allowsType(allowing(), "ml.c5.large")).toBe(false);
    expect(allowsType({ ...allowing(), allowed: {} }, "ml.c5.large")).toBe(true);
    expect(allowsRegion({ ...allowing(), allowed: { regions: [] } }, "eu-west-1")).toBe(false);
    expect(allowsRegion({ ...allowing(), allowed: { regions: ["eu-west-1"] } }, "eu-west-1")).toBe(true);
    expect(allowsRegion(allowing(), "eu-west-1")).toBe(true);
  });
});

test("a freeze of the limits is one of the plan's, and says whose it is", () => {
  const freeze = { from: "2026-12-23T00:00:00Z", to: "2026-12-27T00:00:00Z", reason: "nobody is there" };
  const limits = { ...allowing(), freezes: [freeze] };
  const at = (iso: string) => frozenBy(frozenToo(plan.freezes, limits), [], Date.parse(iso))?.reason;

  expect(at("2026-12-24T00:00:00Z")).toBe(
    "frozen until 2026-12-27T00:00:00Z: nobody is there, by infra (ask #infra)",
  );
  expect(at("2026-12-27T00:00:00Z")).toBeUndefined();
  expect(frozenToo(plan.freezes, undefined)).toBe(plan.freezes);
});
