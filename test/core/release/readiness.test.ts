/** What is found of each thing that a release needs, decided without an account. */
import { describe, expect, it } from "vitest";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { planReadiness, scalingReadiness, versionReadiness } from "../../../src/core/release/readiness.ts";
import { plan } from "../example.ts";

const since = "2026-11-23T09:00:00.000Z";
const differing = (...names: readonly string[]) => names.map((where) => ({ where, from: "1", to: "2" }));

describe("a plan in force", () => {
  it("is well by itself, and where its file says the same", () => {
    expect(planReadiness(differing("a"), { file: undefined, since })).toEqual({
      what: "plan",
      state: "well",
      found: `is in force since ${since}`,
    });
    expect(planReadiness([], { file: "a.yml", since }).found).toBe(
      `is in force since ${since}, as a.yml has it`,
    );
  });

  it("is amiss where its file says otherwise: three values are named, and more are counted", () => {
    const found = (...names: readonly string[]) =>
      planReadiness(differing(...names), { file: "a.yml", since });

    expect(found("a")).toMatchObject({ state: "amiss", advice: "slipway plan apply a.yml" });
    expect(found("a").found).toMatch(/ in one value: a$/);
    expect(found("a", "b", "c").found).toMatch(/ in 3 values: a, b, c$/);
    expect(found("a", "b", "c", "d").found).toMatch(/ in 4 values: a, b, c and 1 more$/);
  });
});

describe("a version", () => {
  const dated: Plan = {
    ...plan,
    milestones: { production: { when: { at: "2026-12-01T10:00:00", timeZone: "UTC", start: "ahead" } } },
  };

  it.each([
    [plan, 7, [6], "well", "v7 is approved; v6 serves"],
    [plan, 7, [], "well", "v7 is approved; which one serves is not known"],
    [plan, 6, [6], "unseen", "none newer than that is approved; v6 serves"],
    [plan, 6, [5, 7], "unseen", "none newer than that is approved; v7 serves"],
    [plan, undefined, [], "unseen", "none is approved; which one serves is not known"],
    [dated, 7, [6], "well", "v7 is approved; v6 serves"],
    [dated, 6, [6], "amiss", "none newer than that is approved; v6 serves"],
  ] as const)("of %#: approved %s, serving %j", (of, approved, serving, state, found) => {
    expect(versionReadiness(of, { approved, serving })).toMatchObject({ what: "version", state, found });
  });
});

describe("scaling", () => {
  const none = { in: false, out: false, scheduled: false };
  const bounds = { min: 4, max: 8, policies: [], scheduledActions: [] };

  it("is well where there is none, or where it reaches the planned peak", () => {
    expect(scalingReadiness(plan, null).state).toBe("well");
    expect(scalingReadiness(plan, { ...bounds, suspended: none })).toMatchObject({
      state: "well",
      found: "from 4 to 8 instances; the candidate takes it over",
    });
  });

  it("is amiss where it stops below that, or is suspended in any part", () => {
    expect(scalingReadiness(plan, { ...bounds, max: 7, suspended: none }).found).toBe(
      "goes to 7 instances at most, and the planned peak takes 8",
    );
    expect(
      scalingReadiness(plan, { ...bounds, suspended: { ...none, in: true, scheduled: true } }),
    ).toMatchObject({
      state: "amiss",
      found: "is suspended in part: in, scheduled; the candidate would have it so, too",
    });
  });
});
