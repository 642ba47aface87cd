/** The gate of Slipway's own roles by what the sweep has found, how long ago, and what it could not see. */
import { expect, test } from "vitest";
import type { RolesSeen } from "../../../src/core/gates/facts.ts";
import { answerOf, nowMs } from "./facts.ts";

const hour = 3_600_000;
const look = (hoursAgo: number, ...beyond: string[]) => ({
  at: new Date(nowMs - hoursAgo * hour).toISOString(),
  shipped: "7",
  beyond,
});
const refused = { since: "2026-01-05T06:00:00.000Z", why: "iam:GetRole of role a: AccessDenied" };
const asked = (value: RolesSeen) => answerOf("least-privilege", { roles: { value } });

test.each<[string, RolesSeen, string]>([
  [
    "seen lately",
    { roles: { a: look(1), b: look(26) } },
    "2 roles, none of which allows more, looked at since 2026-01-04T06:00:00.000Z",
  ],
  [
    "refused since, and not for long",
    { roles: { a: look(25) }, refused },
    "1 roles, none of which allows more, looked at since 2026-01-04T07:00:00.000Z",
  ],
])("passes what was %s", (_what, seen, found) => {
  expect(asked(seen)).toMatchObject({ status: "pass", found });
});

test.each<[string, RolesSeen, string]>([
  ["of which nothing is kept", { roles: {} }, "never looked at: any of them"],
  ["of which one was never seen", { roles: { a: look(1), b: null } }, "never looked at: b"],
  [
    "that was seen too long ago",
    { roles: { a: look(26.1), b: look(1) } },
    "not looked at for 26 hours: a (2026-01-04T05:54:00.000Z)",
  ],
  [
    "that IAM does not tell of",
    { roles: { a: null }, refused },
    "never looked at: a; since 2026-01-05T06:00:00.000Z: iam:GetRole of role a: AccessDenied",
  ],
  [
    "of which many were never seen",
    { roles: { a: null, b: null, c: null, d: null, e: null } },
    "never looked at: a, b, c and 2 more",
  ],
])("does not know what is %s", (_what, seen, found) => {
  expect(asked(seen)).toMatchObject({
    status: "unknown",
    found,
    todo: expect.stringContaining("let the sweep look"),
  });
});

test("fails by what is too much, however old that is and whatever else is not known", () => {
  const seen = { roles: { a: look(40, "policy p allows * on *"), b: null, c: look(1, "x", "y") }, refused };

  expect(asked(seen)).toMatchObject({
    status: "fail",
    found: "role a: policy p allows * on *. role c: x; y",
    todo: expect.stringContaining("take from the role what it has too much"),
  });
});

test("is excused by nothing that serves", () => {
  const roles = { value: { roles: { a: look(1, "x") } } };

  expect(answerOf("least-privilege", { roles, gates: { keptExposures: "pass" } }).status).toBe("fail");
});
