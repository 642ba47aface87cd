/** The checker of answers sees a stage that was left without the yes of a side, by its own reading of who owns it. */
import { expect, test } from "vitest";
import { createAnsweredFirst } from "../../../src/rehearsal/invariants/answered-first.ts";
import type { ObservedCall } from "../../../src/rehearsal/invariants/observation.ts";
import { sided } from "../../core/example.ts";

const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
function told(...people: readonly string[]): string[] {
  const checker = createAnsweredFirst();
  for (const [nth, name] of people.entries()) {
    const Item = {
      pk: { S: "answer#chat-v7" },
      releaseId: { S: "chat-v7" },
      stage: { N: "1" },
      answer: { S: "proceed" },
      side: { S: "capacity" },
      by: { M: { arn: { S: user(name) } } },
    };
    const call = { service: "dynamodb", operation: "PutItem", input: { Item }, at: 10 + nth };
    expect(
      checker.seen({ call, frame: { state: "TakeOrder" }, tookEffect: true } as unknown as ObservedCall),
    ).toEqual([]);
  }
  const left = { releaseId: "chat-v7", stage: 1, verdict: "inconclusive", sinceMs: 0, lookedMs: 1000 };
  return checker.unanswered(left, sided);
}

test("an owner of each side has said yes, whatever is written beside it", () => {
  expect(told("ann", "cleo", "dave")).toEqual([]);
  expect(told("ann", "dave")).toEqual(["though nobody had said yes to stage 1 for capacity"]);
  expect(told("dave", "cleo")).toEqual(["though nobody had said yes to stage 1 for model"]);
  expect(told()).toEqual([
    "though 0 of 1 people had said yes to stage 1",
    "though nobody had said yes to stage 1 for model",
    "though nobody had said yes to stage 1 for capacity",
  ]);
});
