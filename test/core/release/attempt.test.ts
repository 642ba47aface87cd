/** Which attempt at a release an execution makes: never one that another has made, and no new one while one is under way. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { nextAttempt } from "../../../src/core/release/attempt.ts";
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
