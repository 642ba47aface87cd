/** What a plan says of each thing that its model leans on, before anything is looked at. */
import { expect, test } from "vitest";
import { alongsideOutlook } from "../../../src/core/outlook/alongside-outlook.ts";
import { leasedOf } from "../../../src/core/plan/alongside/alongside.ts";
import { leasableOf } from "../../../src/core/plan/alongside/kinds.ts";
import { leaning, plan } from "../example.ts";

test("an entry without stages is one demand, from before the candidate joins", () => {
  const entries = (leaning.alongside ?? []).filter(({ stages }) => stages === undefined);
  const found = alongsideOutlook({ ...leaning, alongside: entries }, 60);

  expect(entries.length).toBeGreaterThan(0);
  expect(found.map(({ what, demands }) => [what, demands])).toEqual(
    entries.map((entry) => {
      const { kind, name } = leasedOf(entry);
      const { minimum, multiple, of } = entry;
      return [`${leasableOf(kind).what} ${name}`, [{ minimum, multiple, of, trafficPercent: 0 }]];
    }),
  );
});

test("one with stages is what they say, and a model that leans on nothing has none", () => {
  const entry = leaning.alongside?.find(({ stages }) => stages !== undefined);
  const [found] = alongsideOutlook({ ...leaning, alongside: entry === undefined ? [] : [entry] }, 60);

  expect(found?.demands).toEqual(entry?.stages);
  // Twenty-five tasks at five cents an hour, at most, for one hour and for two.
  expect(found?.atMostUsd).toBeCloseTo(1.25, 9);
  const [longer] = alongsideOutlook({ ...leaning, alongside: entry === undefined ? [] : [entry] }, 120);
  expect(longer?.atMostUsd).toBeCloseTo(2.5, 9);
  expect(alongsideOutlook(plan, 60)).toEqual([]);
});
