/** People who would have to answer for two plans at one time: who, and that others who could answer keep it quiet. */
import { describe, expect, test } from "vitest";
import { askedAtOnce } from "../../../src/core/calendar/asked-at-once.ts";
import { conflictTexts } from "../../../src/core/calendar/calendar-texts.ts";
import type { Occurrence } from "../../../src/core/calendar/occurrences.ts";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { plan } from "../example.ts";

const hour = 3_600_000;
const startMs = Date.parse("2027-01-11T00:00:00Z");
type Owners = readonly string[];
const team = (model: Owners, capacity: Owners) => ({
  model: { owners: [...model], contact: "#models" },
  capacity: { owners: [...capacity], contact: "#capacity" },
});

/** Its stages ask both sides. */
const asking = (name: string, ...[model, capacity]: [Owners, Owners]): Plan => ({
  ...plan,
  model: name,
  team: team(model, capacity),
  rollout: {
    ...plan.rollout,
    onInconclusive: { action: "ask", waitMinutes: 60, sides: ["model", "capacity"] },
  },
});
/** Its dates are confirmed by both sides before; nothing is asked as it goes on. */
const reviewed = (name: string, daysBefore: number, ...[model, capacity]: [Owners, Owners]): Plan => ({
  ...plan,
  model: name,
  team: team(model, capacity),
  milestones: {
    production: {
      when: { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "ahead" },
      review: { daysBefore, onMissing: "proceed" },
    },
  },
});
/** From and until are hours. */
const one = (model: string, from: number, until: number, more: Partial<Occurrence> = {}): Occurrence => ({
  ...{ id: `${model}-${from}`, model, kind: "production", subject: `endpoint/${model}`, timeZone: "UTC" },
  ...{ fromMs: startMs + from * hour, untilMs: startMs + until * hour, dueMs: startMs + until * hour },
  ...{ raised: [], costUsd: 10, isTentative: false },
  ...more,
});
const hoursOf = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => [
  (fromMs - startMs) / hour,
  (toMs - startMs) / hour,
];

describe("whoever alone owns a side of two plans whose releases ask", () => {
  const plans = [asking("a", ["ada"], ["linus"]), asking("b", ["grace"], ["Linus"])];

  test("is named with both for as long as both go on", () => {
    const [a, b] = [one("a", 0, 3), one("b", 2, 6)];
    const [found, ...more] = askedAtOnce(plans, [a, b]);

    expect(more).toEqual([]);
    expect(found).toMatchObject({ what: "people", people: ["linus"], who: [a, b] });
    expect(found && hoursOf(found)).toEqual([2, 3]);
    expect(found && conflictTexts([found])).toEqual([
      "linus alone would have to answer for 2 plans at one time from 2027-01-11 02:00 until 2027-01-11 03:00 UTC: a production of 2027-01-11 03:00, b production of 2027-01-11 06:00",
    ]);
  });

  test("is not where one begins as the other ends, where both are of one plan, or where nobody has set a date", () => {
    expect(askedAtOnce(plans, [one("a", 0, 3), one("b", 3, 6)])).toEqual([]);
    expect(askedAtOnce(plans, [one("a", 0, 3), one("a", 1, 6, { kind: "patch" })])).toEqual([]);
    expect(askedAtOnce(plans, [one("a", 0, 3), one("b", 1, 6, { isTentative: true })])).toEqual([]);
  });

  test("is not for capacity, which asks nobody", () => {
    const pool = one("b", 1, 6, { kind: "training", subject: "pool/b/training" });
    expect(askedAtOnce(plans, [one("a", 0, 3), pool])).toEqual([]);
  });

  test("is one of several where they have to answer for the same", () => {
    const both = ["a", "b", "c"].map((name) => asking(name, ["ada"], ["linus"]));
    const found = askedAtOnce(both, [one("a", 0, 3), one("b", 2, 6), one("c", 2, 4)]);

    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ people: ["ada", "linus"] });
    expect(found.map(hoursOf)).toEqual([[2, 4]]);
    expect(conflictTexts(found)[0]).toMatch(
      /^ada and linus alone would have to answer for 3 plans at one time /,
    );
  });
});

test("where another owner of the side could answer, nobody has to twice; where all must, each does", () => {
  const many = (name: string, people?: number): Plan => {
    const of = asking(name, ["ada", "grace"], ["cleo", "dan"]);
    const onInconclusive = { ...of.rollout.onInconclusive, ...(people !== undefined && { people }) };
    return { ...of, rollout: { ...of.rollout, onInconclusive } as Plan["rollout"] };
  };
  const all = [one("a", 0, 3), one("b", 1, 3)];

  expect(askedAtOnce([many("a"), many("b")], all)).toEqual([]);
  expect(askedAtOnce([many("a", 3), many("b", 3)], all)).toEqual([]);
  expect(askedAtOnce([many("a", 4), many("b", 4)], all)).toMatchObject([
    { people: ["ada", "cleo", "dan", "grace"] },
  ]);
});

test("a stage that asks anybody asks nobody in particular", () => {
  const anybody = (name: string): Plan => {
    const of = asking(name, ["ada"], ["linus"]);
    return { ...of, rollout: { ...of.rollout, onInconclusive: { action: "ask", waitMinutes: 60 } } };
  };
  expect(askedAtOnce([anybody("a"), anybody("b")], [one("a", 0, 3), one("b", 1, 3)])).toEqual([]);
});

describe("a review", () => {
  const day = 24;
  const [ada, linus]: [Owners, Owners] = [["ada"], ["linus"]];

  test("is answered on the last day until when it is to be: with another's, or as a release of another asks", () => {
    const [a, b] = [one("a", 200, 210), one("b", 210, 220)];
    const found = askedAtOnce([reviewed("a", 2, ada, linus), reviewed("b", 2, ada, linus)], [a, b]);

    expect(found).toMatchObject([{ people: ["ada", "linus"], who: [a, b] }]);
    expect(found.map(hoursOf)).toEqual([[220 - 3 * day, 210 - 2 * day]]);
    const asked = one("b", 150, 155);
    const mixed = askedAtOnce([reviewed("a", 2, ada, linus), asking("b", ada, ["cleo"])], [a, asked]);
    expect(mixed).toMatchObject([{ people: ["ada"] }]);
    expect(mixed.map(hoursOf)).toEqual([[150, 155]]);
  });

  test("of another day is another day's work", () => {
    const plans = [reviewed("a", 2, ada, linus), reviewed("b", 3, ada, linus)];
    expect(askedAtOnce(plans, [one("a", 200, 210), one("b", 200, 210)])).toEqual([]);
  });
});
