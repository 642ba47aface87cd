/** What serves, beside a test under load: how often it is asked, and when it counts as harmed. */
import { describe, expect, it } from "vitest";
import { chanceOf } from "../../../src/core/load/arrivals.ts";
import {
  addedBeside,
  besidePerSecond,
  isBesideHarmed,
  nothingBeside,
} from "../../../src/core/load/beside.ts";
import { plan } from "../example.ts";

/** One in a hundred late and five failed are what the sample allows. */
const asking = (peakRequestsPerSecond: number) =>
  besidePerSecond({ ...plan, requirements: { ...plan.requirements, peakRequestsPerSecond } });

describe("what serves, beside a test", () => {
  it("is sent a twentieth of the peak, one a second at least and five at most", () => {
    expect([1, 20, 60, 100, 4_000].map(asking)).toEqual([1, 1, 3, 5, 5]);
  });

  it("is harmed once far more are bad than may be, and not by the few that are", () => {
    const before = { requests: 90, bad: 2 };

    expect(isBesideHarmed(plan, before, { requests: 30, bad: 2 })).toBe(false);
    expect(isBesideHarmed(plan, before, { requests: 30, bad: 14 })).toBe(true);
    expect(isBesideHarmed(plan, before, nothingBeside)).toBe(false);
  });

  it("is measured by what it was before the load came, be that as bad as it may", () => {
    const now = { requests: 60, bad: 20 };

    expect(isBesideHarmed(plan, { requests: 90, bad: 1 }, now)).toBe(true);
    expect(isBesideHarmed(plan, { requests: 90, bad: 30 }, now)).toBe(false);
    expect(isBesideHarmed(plan, { requests: 90, bad: 90 }, { requests: 60, bad: 60 })).toBe(true);
  });

  it("is called harmed by chance in few of a thousand rounds, looked at after each request", () => {
    const chance = chanceOf("rounds of what serves");
    const before = { requests: 90, bad: 5 };
    const rounds = Array.from({ length: 1_000 }, () => {
      let seen = nothingBeside;
      for (let nth = 0; nth < 120; nth++) {
        seen = addedBeside(seen, { requests: 1, bad: chance() < 0.1 ? 1 : 0 });
        if (isBesideHarmed(plan, before, seen)) return true;
      }
      return false;
    });

    expect(rounds.filter(Boolean).length).toBeLessThanOrEqual(4);
  });
});
