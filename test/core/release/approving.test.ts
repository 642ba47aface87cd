/** Whose answers count, and how many it takes: nothing goes on without as many named people as the rule wants, in time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sidesOf } from "../../../src/core/plan/team.ts";
import { type Approval, answeredTo, ruleOf, saidSince } from "../../../src/core/release/approving.ts";
import { nameOf, personOf } from "../../../src/core/release/person.ts";
import { holds } from "../../property.ts";

const moment = (minute: number) => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();
const asked = { stage: 1, shiftedAt: moment(0), untilSeconds: Date.parse(moment(30)) / 1000 };
const approval = fc.record({
  stage: fc.integer({ min: 0, max: 2 }),
  shiftedAt: fc.constantFrom(moment(0), moment(1)),
  answer: fc.constantFrom("proceed" as const, "roll-back" as const),
  name: fc.constantFrom("ann", "bob", "cleo", "role"),
  minute: fc.integer({ min: 25, max: 35 }),
});

const team = {
  model: { owners: ["Ann", "bob"], contact: "#chat-models" },
  capacity: { owners: ["cleo"], contact: "ops@example.com" },
};
const sides = sidesOf(team, ["model", "capacity"]);

const approvalOf = ({
  name,
  minute,
  ...one
}: {
  stage: number;
  shiftedAt: string;
  answer: Approval["answer"];
  name: string;
  minute: number;
}): Approval => ({
  ...one,
  releaseId: "chat-v7",
  by: { arn: name, person: name, isNamed: name !== "role" },
  at: moment(minute),
  seen: "0".repeat(64),
});

test("nothing goes on without so many people of whom AWS knows the name, in time and about this very stage", () => {
  const rules = fc.record({ people: fc.integer({ min: 1, max: 3 }), notAuthor: fc.boolean() });
  holds(
    fc.property(fc.array(approval, { maxLength: 8 }), rules, (given, rule) => {
      const approvals = given.map(approvalOf);
      const said = answeredTo(asked, approvals, { ...rule, sides: [] });
      const counting = given.filter(
        ({ stage, shiftedAt, minute }) => stage === 1 && shiftedAt === moment(0) && minute <= 30,
      );
      const yes = new Set(
        counting
          .filter(
            ({ answer, name }) =>
              answer === "proceed" && (name !== "role" || (rule.people === 1 && !rule.notAuthor)),
          )
          .map(({ name }) => name),
      );
      const isRejected = counting.some(({ answer }) => answer === "roll-back");
      expect(said.answer).toBe(isRejected ? "roll-back" : yes.size >= rule.people ? "proceed" : undefined);
      if (!isRejected) expect(said.lacks).toBe(Math.max(0, rule.people - yes.size));
    }),
  );
});

/** Whoever it is, in whatever order, as often as they like, and with whichever side they have had written down for themselves. */
const mostly = <T>(usual: T, rare: T) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) });
const crowd = fc.record({
  stage: mostly(1, 0),
  shiftedAt: mostly(moment(0), moment(1)),
  answer: mostly<Approval["answer"]>("proceed", "roll-back"),
  name: fc.constantFrom("ann", "bob", "cleo", "dave", "role"),
  minute: mostly(26, 31),
  side: fc.constantFrom("model" as const, "capacity" as const, undefined),
});

describe("where a plan asks sides of its team", () => {
  const owns: Readonly<Record<string, string>> = { ann: "model", bob: "model", cleo: "capacity" };
  const kinds = fc.subarray(["model", "capacity"] as const, { minLength: 1 });

  test("nothing goes on without a yes of an owner of each, in time, and one no of anybody is enough", () => {
    const outcomes = new Set<string | undefined>();
    holds(
      fc.property(
        fc.array(crowd, { maxLength: 9 }),
        kinds,
        fc.integer({ min: 1, max: 3 }),
        (given, named, least) => {
          const rule = {
            people: Math.max(least, named.length),
            notAuthor: false,
            sides: sidesOf(team, named),
          };
          const said = answeredTo(
            asked,
            given.map(({ side, ...one }) => ({ ...approvalOf(one), ...(side !== undefined && { side }) })),
            rule,
          );
          outcomes.add(said.answer);
          const heard = given.filter(
            ({ stage, shiftedAt, minute }) => stage === 1 && shiftedAt === moment(0) && minute <= 30,
          );
          const yes = new Set(heard.filter(({ answer }) => answer === "proceed").map(({ name }) => name));
          const owners = [...yes].filter((name) => named.some((side) => owns[name] === side));
          const silent = named.filter((side) => !owners.some((name) => owns[name] === side));
          if (heard.some(({ answer }) => answer === "roll-back")) expect(said.answer).toBe("roll-back");
          else {
            expect(said.missing.map(({ side }) => side)).toEqual(silent);
            expect(said.by.map(({ person }) => person).toSorted()).toEqual(owners.toSorted());
            const isEnough = silent.length === 0 && owners.length >= rule.people;
            expect(said.answer).toBe(isEnough ? "proceed" : undefined);
            expect(said.lacks === 0).toBe(isEnough);
          }
        },
      ),
    );
    expect(outcomes).toEqual(new Set(["proceed", "roll-back", undefined]));
  });

  test("it is news where a side has answered since the look before, and none where only more of one have", () => {
    const rule = { people: 2, notAuthor: false, sides };
    const yes = (name: string, minute: number) =>
      approvalOf({ stage: 1, shiftedAt: moment(0), answer: "proceed", name, minute });
    const at = (minute: number) => Date.parse(moment(minute)) / 1000;
    const given = [yes("ann", 26), yes("bob", 28)];

    expect(saidSince(asked, given, { rule, sinceSeconds: at(25) }).isFewer).toBe(true);
    expect(saidSince(asked, given, { rule, sinceSeconds: at(27) }).isFewer).toBe(false);
    expect(saidSince(asked, [], { rule }).isFewer).toBe(false);
  });
});

test("a plan that asks nobody has no rule, and one that says no more asks one person", () => {
  expect(ruleOf({ rollout: { onInconclusive: { action: "proceed" } } })).toBeUndefined();
  const asking = (more: object) =>
    ruleOf({ team, rollout: { onInconclusive: { action: "ask", waitMinutes: 5, ...more } } });
  expect(asking({})).toEqual({ people: 1, notAuthor: false, sides: [] });
  expect(asking({ people: 2, notAuthor: true })).toEqual({ people: 2, notAuthor: true, sides: [] });
  expect(asking({ sides: ["capacity", "model"] })).toEqual({ people: 2, notAuthor: false, sides });
});

describe("a person", () => {
  const assumed = (path: string) => `arn:aws:sts::123456789012:assumed-role/${path}`;
  test.each([
    ["arn:aws:iam::123456789012:user/ann", "ann", true],
    ["arn:aws:iam::123456789012:user/ops/eu/Ann", "ann", true],
    ["arn:aws-cn:iam::123456789012:user/ann", "ann", true],
    [assumed("AWSReservedSSO_Ops_0123456789abcdef/ann@example.com"), "ann@example.com", true],
    [assumed("people-ops/ann"), "ann", true],
    [assumed("deploy/ann"), assumed("deploy"), false],
    [assumed("my-people-ops/ann"), assumed("my-people-ops"), false],
    ["arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root", false],
    ["arn:aws:sts::123456789012:federated-user/ann", "arn:aws:sts::123456789012:federated-user/ann", false],
    ["", "", false],
  ])("%s is %s, by name: %s", (arn, person, isNamed) => {
    expect(personOf(arn, ["people-*"])).toEqual({ arn, person, isNamed });
  });

  test("of two sessions of a role that several share is one, whatever they call themselves", () => {
    expect(personOf(assumed("deploy/ann")).person).toBe(personOf(assumed("deploy/bob")).person);
  });

  test("is told by name, and a role by its own", () => {
    expect(nameOf(personOf("arn:aws:iam::1:user/ann"))).toBe("ann");
    expect(nameOf(personOf(assumed("deploy/ann")))).toBe("role/deploy");
    expect(nameOf(personOf("arn:aws:iam::1:root"))).toBe("root");
  });
});
