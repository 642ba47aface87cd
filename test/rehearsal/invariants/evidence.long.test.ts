/** every-change-evidenced is seen to fail for each way in which evidence can be missing, double, misplaced or made up. */
import { UpdateEndpointWeightsAndCapacitiesCommand } from "@aws-sdk/client-sagemaker";
import { describe, expect, it } from "vitest";
import { rehearsed } from "./rehearsed.ts";
import type { Body, Tampering } from "./tampering.ts";

const expressionOf = (input: Body): string => String(input.UpdateExpression);
const valuesOf = (input: Body) =>
  input.ExpressionAttributeValues as Record<string, { S?: string; N?: string }>;
const namesOf = (input: Body) => input.ExpressionAttributeNames as Record<string, string>;
const claims = (input: Body): boolean => expressionOf(input).includes("evidence.claimed.#claim0 = :claim0");

/** Once, or of those that hold, the nth. */
function once(nth = 1): () => boolean {
  let seen = 0;
  return () => ++seen === nth;
}

/** A write that claims, with the claim left out. */
function unclaimed(input: Body): Body {
  const drop = (from: object, ...keys: string[]) =>
    Object.fromEntries(Object.entries(from).filter(([key]) => !keys.includes(key)));
  return {
    ...input,
    UpdateExpression: expressionOf(input)
      .replace(", evidence.#next = :next", "")
      .replace(", evidence.claimed.#claim0 = :claim0", ""),
    ConditionExpression: String(input.ConditionExpression).replace(" AND evidence.#next = :seenNext", ""),
    ExpressionAttributeNames: drop(namesOf(input), "#next", "#claim0"),
    ExpressionAttributeValues: drop(valuesOf(input), ":next", ":seenNext", ":claim0"),
  };
}

/** The same claim under the next number as well. */
function claimedTwice(input: Body): Body {
  const next = Number(valuesOf(input)[":next"]?.N);
  return {
    ...input,
    UpdateExpression: expressionOf(input).replace(
      "evidence.claimed.#claim0 = :claim0",
      "evidence.claimed.#claim0 = :claim0, evidence.claimed.#again = :claim0",
    ),
    ExpressionAttributeNames: { ...namesOf(input), "#again": String(next) },
    ExpressionAttributeValues: { ...valuesOf(input), ":next": { N: String(next + 1) } },
  };
}

/** The claim of another thing than was changed. */
function madeUp(input: Body): Body {
  const text = valuesOf(input)[":claim0"]?.S ?? "";
  const another = text.replace(/"name":"[^"]*"/, '"name":"another"');
  return { ...input, ExpressionAttributeValues: { ...valuesOf(input), ":claim0": { S: another } } };
}

const isHead = (input: Body): boolean => expressionOf(input).startsWith("SET evidence.head");
/** The write of the head does not reach the table, and whoever made it believes that it did. */
const headLost = (): Body => ({ Attributes: {} });

/** The hash that the next entry follows on is not that of the last. */
function astray(input: Body): Body {
  const head = valuesOf(input)[":head"] as unknown as { M: Record<string, { S?: string }> };
  const hash = { S: "0".repeat(64) };
  return {
    ...input,
    ExpressionAttributeValues: { ...valuesOf(input), ":head": { M: { ...head.M, hash } } },
  };
}

describe("every-change-evidenced", () => {
  it.each<[string, Omit<Tampering, "operation">, RegExp]>([
    [
      "a change is settled and not claimed",
      { when: and(claims, once(2)), request: unclaimed },
      /is told by no pack/,
    ],
    ["a change is claimed twice", { when: and(claims, once(2)), request: claimedTwice }, /and nothing was/],
    ["a pack tells of what never was", { when: and(claims, once(2)), request: madeUp }, /and nothing was/],
    ["the head does not move", { when: isHead, swallow: headLost }, /the head of .* is number 0/],
    ["the head is not the last entry's", { when: isHead, request: astray }, /the head of/],
  ])("is broken when %s", async (_, tampering, what) => {
    const { broken, violations } = await rehearsed({
      world: "bad-errors",
      tamperings: [{ operation: "UpdateItem", ...tampering }],
    });

    expect(broken).toEqual(["every-change-evidenced"]);
    expect(violations.map((each) => each.what).join("\n")).toMatch(what);
  });

  it("is broken when the sweep changes more than it lets go", async () => {
    let isDone = false;
    const { violations } = await rehearsed({
      // While the endpoint moves it is refused.
      sweep: async ({ sagemaker }) => {
        if (isDone) return;
        const DesiredWeightsAndCapacities = [{ VariantName: "v6", DesiredInstanceCount: 9 }];
        await sagemaker.send(
          new UpdateEndpointWeightsAndCapacitiesCommand({
            EndpointName: "chat-assistant",
            DesiredWeightsAndCapacities,
          }),
        );
        isDone = true;
      },
    });

    expect(violations.filter(({ invariant }) => invariant === "every-change-evidenced")).toEqual([
      expect.objectContaining({
        what: expect.stringMatching(/^UpdateEndpointWeightsAndCapacities on .* is told by no pack$/),
      }),
    ]);
  });

  it("is told of each change of the sample's way back by one entry", async () => {
    const { record, violations } = await rehearsed({ world: "bad-errors" });

    expect(violations).toEqual([]);
    expect(record.awsCalls["s3.PutObject"]).toBeGreaterThan(8);
  });
});

function and(...all: readonly ((input: Body) => boolean)[]): (input: Body) => boolean {
  return (input) => all.every((each) => each(input));
}
