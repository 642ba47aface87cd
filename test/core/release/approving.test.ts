/** Whose answers count, and how many it takes: nothing goes on without as many named people as the rule wants, in time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Approval, answeredTo, ruleOf } from "../../../src/core/release/approving.ts";
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

test("nothing goes on without so many people of whom AWS knows the name, in time and about this very stage", () => {
  const rules = fc.record({ people: fc.integer({ min: 1, max: 3 }), notAuthor: fc.boolean() });
  holds(
    fc.property(fc.array(approval, { maxLength: 8 }), rules, (given, rule) => {
      const approvals = given.map(
        ({ name, minute, ...one }): Approval => ({
          ...one,
          releaseId: "chat-v7",
          by: { arn: name, person: name, isNamed: name !== "role" },
          at: moment(minute),
          seen: "0".repeat(64),
        }),
      );
      const said = answeredTo(asked, approvals, rule);
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

test("a plan that asks nobody has no rule, and one that says no more asks one person", () => {
  expect(ruleOf({ onInconclusive: { action: "proceed" } })).toBeUndefined();
  expect(ruleOf({ onInconclusive: { action: "ask", waitMinutes: 5 } })).toEqual({
    people: 1,
    notAuthor: false,
  });
  expect(ruleOf({ onInconclusive: { action: "ask", waitMinutes: 5, people: 2, notAuthor: true } })).toEqual({
    people: 2,
    notAuthor: true,
  });
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
