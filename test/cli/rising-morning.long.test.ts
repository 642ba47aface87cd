/** The plan that ships for a load that follows the day, where that doubles while its release lasts. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { partOf } from "../part.ts";
import { all, rehearsed } from "./world-ends.ts";

const shipped = "plans/site-search.yml";

test.each(partOf([1, 2, 3]))(
  "is released by what is foreseen, for less than by the peak, seed %i",
  async (seed) => {
    const byPeak = join(mkdtempSync(join(tmpdir(), "slipway-")), "by-peak.yml");
    writeFileSync(byPeak, readFileSync(shipped, "utf8").replace("load: forecast", "load: peak"));
    const run = (plan: string) => rehearsed(plan, "--world", "rising-morning", "--seed", String(seed));

    const [foreseen, peak] = [await run(shipped), await run(byPeak)];

    for (const { code, facts } of [foreseen, peak]) {
      expect(facts).toMatchObject({ outcome: "promoted", violations: [] });
      expect(facts.invariants).toEqual(Object.fromEntries(all.map((name) => [name, 0])));
      expect(code).toBe(0);
    }
    const usd = ({ facts }: typeof foreseen) => facts.costUsd ?? Number.NaN;
    expect(usd(foreseen)).toBeLessThan(usd(peak));
  },
);
