/** Which attempt at a release an execution makes: never one that another has made, and no new one while one is under way. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { attemptMeant, nextAttempt } from "../../../src/core/release/attempt.ts";
import type { ReleaseRecord } from "../../../src/core/release/record.ts";
import { holds } from "../../property.ts";

const statuses = fc.constantFrom<ReleaseRecord["status"]>("open", "remainder", "closed");
const recordOf = (execution: string, attempt: number, status: ReleaseRecord["status"]) =>
  ({ release: { id: `chat-v7-r${attempt}`, execution, attempt }, status }) as unknown as ReleaseRecord;

test("the first attempt is the first", () => {
  expect(nextAttempt({ latest: undefined, execution: "a", again: false, isAbandoned: false })).toEqual({
    is: "new",
    attempt: 1,
  });
});

test("an attempt is its execution's own, another's is a duplicate, and one that is over may be made anew", () => {
  const executions = fc.constantFrom("a", "b");
  const questions = fc.record({ again: fc.boolean(), isAbandoned: fc.boolean(), status: statuses });
  holds(
    fc.property(
      executions,
      fc.integer({ min: 1, max: 9 }),
      questions,
      (owner, attempt, { status, ...asked }) => {
        const latest = recordOf(owner, attempt, status);
        const next = nextAttempt({ latest, execution: "a", ...asked });
        if (owner === "a") expect(next).toEqual({ is: "new", attempt, claimed: latest });
        else if ((status === "open" && asked.isAbandoned) || (status === "closed" && asked.again))
          expect(next).toEqual({ is: "new", attempt: attempt + 1 });
        else expect(next).toMatchObject({ is: "duplicate", reason: expect.stringMatching(/^duplicate: /) });
      },
    ),
  );
});

test("a try that has opened a release opens no other, whichever attempt that was", () => {
  const latest = recordOf("b", 3, "closed");
  const asked = { latest, execution: "a", again: true, isAbandoned: false };

  expect(nextAttempt(asked)).toEqual({ is: "new", attempt: 4 });
  expect(nextAttempt({ ...asked, made: recordOf("c", 2, "closed") })).toEqual({
    is: "duplicate",
    reason: "duplicate: chat-v7-r2 ended as closed (execution c)",
  });
});

test("which attempt is meant: the try's own; else the latest, but for a try that makes one of its own", () => {
  const keys = fc.constantFrom(undefined, "one", "two");
  const attempts = fc.array(fc.record({ key: keys, status: statuses }), { maxLength: 5 });
  holds(
    fc.property(attempts, keys, fc.boolean(), (made, key, again) => {
      const newestFirst = made.map(({ key: attemptKey, status }, nth) => {
        const record = recordOf("b", made.length - nth, status);
        return { ...record, release: { ...record.release, ...(attemptKey !== undefined && { attemptKey }) } };
      });
      const meant = attemptMeant(newestFirst, { key, again });
      const own = made.findIndex((one) => key !== undefined && one.key === key);
      if (own >= 0) expect(meant).toBe(newestFirst[own]);
      else if (again && made[0]?.status === "closed") expect(meant).toBeUndefined();
      else expect(meant).toBe(newestFirst[0]);
    }),
  );
});
