/** The page of a plan fits the terminal, whatever its width, and says the same in all of them. */
import { expect, test } from "vitest";
import { Gates } from "../../src/core/gates/settings.ts";
import { outlookOf } from "../../src/core/outlook.ts";
import { outlookPage } from "../../src/report/outlook.ts";
import { widthOf } from "../../src/report/text/layout.ts";
import { paintOf } from "../../src/report/text/paint.ts";
import { plan, planIn, withFallback } from "../core/example.ts";

const outlook = outlookOf(plan, { requestsPerSecond: 40, errorPercent: 0.5 });
const page = (width: number, coloured = false) => outlookPage(outlook, { width, paint: paintOf(coloured) });

test.each([40, 47, 60, 72, 80, 96, 110])("at %i columns no line is wider", (width) => {
  for (const coloured of [false, true])
    expect(page(width, coloured).filter((line) => widthOf(line) > width)).toEqual([]);
});

const inAccount = {
  ...outlook,
  quotas: [
    { instanceType: "ml.g5.xlarge", quota: 20, elsewhere: 3, needed: 24, left: -7 },
    { instanceType: "ml.g5.2xlarge", quota: null, elsewhere: 0, needed: 12, left: null },
  ],
  ahead: { days: 90, conflicts: [], unseen: [] },
};

test.each([40, 60, 80, 110])(
  "at %i columns what an account leaves is no wider, and has all its figures",
  (width) => {
    const lines = outlookPage(inAccount, { width, paint: paintOf(false) });
    const text = lines.join(" ").replaceAll(/\s+/g, " ");

    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    for (const each of ["none known", "not known", "-7", "in the next 90 days."])
      expect(text).toContain(each);
  },
);

test("no figure is lost where room is short", () => {
  const figures = (lines: readonly string[]) => new Set(lines.join(" ").match(/[\d$.,]+\d|\d/g));

  for (const width of [40, 60, 80]) expect(figures(page(width))).toEqual(figures(page(110)));
});

test("other instance types are shown below the first, each with its own fleet, quota and cost", () => {
  const other = outlookOf(withFallback, { requestsPerSecond: 40, errorPercent: 0.5 });
  const lines = outlookPage(other, { width: 200, paint: paintOf(false) });
  const [first, second, third] = lines.filter((line) => /^\s*(minor|else on) +\d+ ml/.test(line));

  expect(first).toMatch(/minor +8 ml\.g5\.xlarge +24 ml\.g5\.xlarge/);
  expect(second).toMatch(/else on +6 ml\.g5\.2xlarge +16 ml\.g5\.xlarge \+ 12 ml\.g5\.2xlarge/);
  expect(third).toMatch(/else on +10 ml\.g4dn\.2xlarge +16 ml\.g5\.xlarge \+ 20 ml\.g4dn\.2xlarge/);
  const dear = { ...withFallback, prices: { "ml.g5.2xlarge": 400 } };
  expect(outlookOf(dear, { requestsPerSecond: 40, errorPercent: 0.5 }).warnings).toContainEqual(
    expect.stringMatching(
      /^on ml\.g5\.2xlarge a minor release is estimated at .* the type would be passed over/,
    ),
  );
});

const gated = planIn("test/data/plans/gated.yml");
const waived = {
  gate: "vulnerabilities",
  by: "Ada Lovelace",
  until: "2026-03-31",
  reason: "patched in v8",
} as const;
const gatedPage = (width: number, changes: Partial<Gates> = {}) =>
  outlookPage(
    outlookOf(
      { ...gated, gates: Gates.parse({ ...gated.gates, ...changes }) },
      { requestsPerSecond: 40, errorPercent: 0.5 },
    ),
    { width, paint: paintOf(false) },
  );
const words = (lines: readonly string[]) => lines.join(" ").replaceAll(/\s+/g, " ");

test("gates are shown with what each supports, by when the release holds, and who has waived which", () => {
  const lines = gatedPage(200, { waivers: [waived] });

  expect(lines.find((line) => /^ *vulnerabilities /.test(line))).toMatch(
    /GDPR 32\(1\)\(d\); HIPAA 164\.308\(a\)\(1\)\(ii\)\(B\); SOC 2 CC7\.1; AI Act 15\(5\) +by Ada Lovelace until 2026-03-31/,
  );
  expect(lines.filter((line) => /^ *(key-usable|vpc|way-back) .*SOC 2/.test(line))).toHaveLength(3);
  expect(words(lines)).toContain("holds the stage for 30 min at most; nothing that leads back asks them.");
  expect(words(lines)).toContain("What is no worse than what serves passes.");
  expect(words(lines)).toContain("shows no more than that: what it does not show is in controls.yml");
});

test("what does not hold of a plan's gates is not said of them", () => {
  expect(words(gatedPage(200))).not.toMatch(/gate supports waived/);
  expect(words(gatedPage(200, { keptExposures: "fail" }))).not.toContain("no worse than what serves");
  expect(words(page(200))).not.toMatch(/before each share, where it holds the stage/);
});

test.each([40, 47, 60, 80, 110])(
  "at %i columns no line of gates is wider, and none of them is lost",
  (width) => {
    const lines = gatedPage(width, { waivers: [waived] });

    expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
    for (const told of ["separation-of-duties", "164.308(a)(1)(ii)(B)", "by Ada Lovelace until 2026-03-31"])
      expect(words(lines)).toContain(told);
  },
);

test("what a person wrote into a waiver moves no cursor", () => {
  const lines = gatedPage(110, { waivers: [{ ...waived, by: "Ada\u001b[2J" }] });

  expect(lines.join("\n")).not.toContain("\u001b");
});
