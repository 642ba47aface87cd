/** What is refused for hours: the rest is put back, the ledger names what is not, somebody is told, and it is put right. */
import { describe, expect, it } from "vitest";
import type { RehearsalParts } from "../../../src/rehearsal/release/request.ts";
import { releaseParts } from "../../../src/rehearsal/release-parts.ts";
import { type Tampering, tampered } from "../invariants/tampering.ts";
import { faultAt, outcomesOf, type Rehearsing, rehearsing } from "./rehearsing.ts";

async function refused(kind: string, place: string, how: Omit<Rehearsing, "faults"> = {}) {
  const fault = await faultAt(kind, place, how.world as string);
  return rehearsing({ ...how, faults: [fault] });
}

const withTampering = (...tamperings: Tampering[]): Partial<RehearsalParts> => ({
  stepsOn: (wire, ...rest) => releaseParts.stepsOn(tampered(wire, tamperings) as never, ...rest),
});

type Values = Record<string, { L: unknown[] }>;
const remainderOf = (input: Record<string, unknown>) =>
  (input.ExpressionAttributeValues as Values | undefined)?.[":remainder"];

describe("a promotion that may not lift its hold on the candidate's scale-in", () => {
  const place = "PromoteModel[4]/application-autoscaling.RegisterScalableTarget";

  it("has failed until that is allowed, rings all the while, and is then promoted", async () => {
    const { record, violations } = await refused("denied", place, { world: "healthy" });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("failed");
    expect(record.reason).toMatch(
      /^not everything could be put back: scaling endpoint\/chat-assistant\/variant\/v7 \(AwsRefused: AccessDenied/,
    );
    expect(outcomesOf(record).at(-1)).toMatch(/^compensate-.* promoted$/);
    expect(record.after.scalableTargets["endpoint/chat-assistant/variant/v7"]?.suspended).toMatchObject({
      DynamicScalingInSuspended: false,
    });
    expect(record.alarms).toMatchObject([
      { name: "RemainderAlarm", ringing: false },
      { name: "ExecutionsFailedAlarm" },
    ]);
  });

  it("is an orphan where the ledger does not name what is left", async () => {
    const nameless: Tampering = {
      operation: "UpdateItem",
      when: (input) => remainderOf(input) !== undefined,
      request: (input) => {
        const values = input.ExpressionAttributeValues as Values;
        return { ...input, ExpressionAttributeValues: { ...values, ":remainder": { L: [] } } };
      },
    };

    const { violations } = await refused("denied", place, {
      world: "healthy",
      parts: withTampering(nameless),
    });

    expect(new Set(violations)).toContainEqual(
      expect.stringMatching(
        /^no-orphans: the ledger does not name that the suspensions of endpoint\/chat-assistant/,
      ),
    );
  });

  it("is an orphan where nobody tries again", async () => {
    const parts = { rules: [], rates: [] };

    const { violations } = await refused("denied", place, { world: "healthy", parts });

    expect(violations).toContainEqual(
      expect.stringMatching(/^no-orphans: endpoint\/chat-assistant is still locked by/),
    );
  });
});

it("a table that is refused to the sweep rings as a sweep that fails", async () => {
  const { record } = await refused("denied-to-it", "ReapLeases/dynamodb.Query", { world: "healthy" });

  expect(record.alarms.map(({ name }) => name)).toEqual(["SweepDeniedAlarm"]);
});

it("an attempt that is stopped after the refusal has ended is made up for by the next", async () => {
  const faults = ["denied=call:CheckCapacity/sagemaker.DescribeEndpoint#2@1", "stop=entry:OpenRelease@8"];

  const { record, violations } = await rehearsing({ world: "bad-errors", faults });

  expect(record.faults).toEqual(faults);
  expect(violations).toEqual([]);
  expect(outcomesOf(record).at(-1)).toMatch(/ rolled-back$/);
});

describe("an endpoint that AWS has moved back by itself, while nobody may look", () => {
  const place = "CheckCapacity/sagemaker.DescribeEndpoint";
  /** Puts other words for where the endpoint is, or should be, into what the ledger says of it. */
  const saying = (member: "is" | "should", other: unknown): Tampering => ({
    operation: "UpdateItem",
    when: (input) => remainderOf(input) !== undefined,
    request: (input) => {
      const values = input.ExpressionAttributeValues as Values;
      const said = values[":remainder"]?.L as { M: Record<string, { M: { kind: { S: string } } }> }[];
      const L = said.map(({ M }) => ({
        M: M.resource?.M.kind.S === "routing" ? { ...M, [member]: other } : M,
      }));
      return { ...input, ExpressionAttributeValues: { ...values, ":remainder": { L } } };
    },
  });

  it("is somewhere that nobody has seen, and is found where it was", async () => {
    const { record, violations } = await refused("denied", place, { world: "no-capacity" });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("failed");
    expect(outcomesOf(record).at(-1)).toMatch(/ rolled-back$/);
  });

  it.each([
    [
      "should",
      { S: "elsewhere" },
      "should be elsewhere, and before the release it was chat-assistant-config-v6",
    ],
    ["should", { NULL: true }, "should be null, and before the release it was chat-assistant-config-v6"],
  ] as const)("is misnamed by a ledger that says it %s %j", async (member, other, said) => {
    const parts = withTampering(saying(member, other));

    const { violations } = await refused("denied", place, { world: "no-capacity", parts });

    expect(violations).toContainEqual(expect.stringContaining(`routing chat-assistant that it ${said}`));
  });

  it("is no secret to who has seen it", async () => {
    const seen: Tampering = {
      operation: "UpdateItem",
      when: (input) => remainderOf(input) !== undefined,
      request: (input) => {
        const values = input.ExpressionAttributeValues as Values;
        const said = values[":remainder"]?.L as { M: Record<string, unknown> }[];
        const L = said.map(({ M: { unsure: _, ...M } }) => ({ M }));
        return { ...input, ExpressionAttributeValues: { ...values, ":remainder": { L } } };
      },
    };

    const { violations } = await refused("denied", place, {
      world: "no-capacity",
      parts: withTampering(seen),
    });

    expect(violations).toContainEqual(
      expect.stringMatching(
        /routing chat-assistant that it is slipway-.*, and it is chat-assistant-config-v6$/,
      ),
    );
  });
});
