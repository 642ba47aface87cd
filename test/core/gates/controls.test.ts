/** Controls as data: every gate is named, with what it supports and what it does not show, and nothing claims more than that. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { controlsJson } from "../../../scripts/controls.ts";
import { Controls, notShownBy, supportedBy } from "../../../src/core/gates/controls.ts";
import { gateOutlook } from "../../../src/core/gates/gate-outlook.ts";
import { gateNames, profiles } from "../../../src/core/gates/names.ts";
import { Gates } from "../../../src/core/gates/settings.ts";

const text = readFileSync("controls.yml", "utf8");
const written = Controls.parse(parse(text));

test("what core reads is what people have written", () => {
  expect(readFileSync("src/core/gates/controls.json", "utf8")).toBe(controlsJson());
});

test("every gate is named, in the gates' order, supports something, and says what it does not show", () => {
  expect(Object.keys(written.controls)).toEqual(gateNames);
  for (const gate of gateNames) {
    expect(supportedBy(gate).length).toBeGreaterThan(0);
    expect(notShownBy(gate)).toMatch(/^[A-Z].{20,}\.$/s);
  }
});

test("a file that leaves a gate out, or has one too many, is refused", () => {
  const { vpc, ...others } = written.controls;

  expect(Controls.safeParse({ ...written, controls: others }).success).toBe(false);
  expect(Controls.safeParse({ ...written, controls: { ...written.controls, pci: vpc } }).success).toBe(false);
});

test("a profile of a framework has no gate that supports nothing of it", () => {
  for (const profile of ["gdpr", "hipaa", "soc2"] as const) {
    const strange = profiles[profile].filter((gate) =>
      supportedBy(gate).every(({ framework }) => framework !== profile),
    );
    expect([profile, strange]).toEqual([profile, []]);
  }
});

test("nothing calls anything compliant or certified", () => {
  const claims = /\b(compliant|certified|ensures?|guarantees?)\b/i;
  const page = readFileSync("docs/PLANS.md", "utf8").split("## Security and compliance gates")[1] ?? "";

  expect(text).not.toMatch(claims);
  expect(page.split("\n## ")[0]).not.toMatch(claims);
  expect(page.length).toBeGreaterThan(1000);
});

test("a plan's gates are told with what they support, and who has waived which; one without gates tells none", () => {
  const waiver = { gate: "vpc", by: "Ada", until: "2026-03-31", reason: "x" } as const;
  const gates = Gates.parse({ profile: "hipaa", waivers: [waiver] });

  expect(gateOutlook({})).toBeUndefined();
  expect(gateOutlook({ gates: Gates.parse({}) })).toBeUndefined();
  const told = gateOutlook({ gates });
  expect(told?.gates.map(({ gate }) => gate)).toEqual(
    gateNames.filter((gate) => profiles.hipaa.includes(gate)),
  );
  expect(told?.gates.filter((each) => each.waiver !== undefined)).toMatchObject([{ gate: "vpc", waiver }]);
});
