/** The chain around a step: what comes in and goes out is checked, and errors leave under our names. */
import { DescribeEndpointCommand } from "@aws-sdk/client-sagemaker";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { AwsError } from "#twin/vocabulary";
import { lambda, type Step } from "../../src/aws/lambda.ts";
import { type Account, openAccount } from "./account.ts";

const contract = { input: z.object({ name: z.string() }), output: z.object({ status: z.string() }) };
const look: Step<{ name: string }, { status: string }> = async ({ name }, { aws }) => {
  const { EndpointStatus = "" } = await aws.sagemaker.send(
    new DescribeEndpointCommand({ EndpointName: name }),
  );
  return { status: EndpointStatus };
};

function invoke(
  event: unknown,
  step: Step<{ name: string }, { status: string }> = look,
  account: Account = openAccount(),
) {
  return lambda(step, contract, account.aws)(event, { functionName: "look" } as never);
}

afterEach(() => void vi.restoreAllMocks());

describe("the chain around a step", () => {
  test("hands the step its input and its answer back", async () => {
    expect(await invoke({ name: "chat-assistant" })).toEqual({ status: "InService" });
  });

  test("passes on only what the contract names", async () => {
    const seen: unknown[] = [];

    const answer = await invoke({ name: "chat-assistant", more: 1 }, async (input) => {
      seen.push(input);
      return { status: "InService", more: 2 } as { status: string };
    });

    expect(seen).toEqual([{ name: "chat-assistant" }]);
    expect(answer).toEqual({ status: "InService" });
  });

  test("refuses an input that its contract does not allow, before the step runs, and says where in a line", async () => {
    const step = vi.fn(look);

    await expect(invoke({ name: 7 }, step)).rejects.toMatchObject({
      name: "BadState",
      message: "the step's input is not what its contract says: name: expected text, found 7",
    });
    expect(step).not.toHaveBeenCalled();
  });

  test("has a line for each mistake of an input", async () => {
    const sides = z.object({ stable: z.object({ instances: z.int() }), ages: z.array(z.number()) });
    const two = { input: sides, output: z.unknown() };
    const sized = lambda(async () => undefined, two, openAccount().aws);

    await expect(
      sized({ stable: { instances: 1.5 }, ages: [1, "old"] }, { functionName: "look" } as never),
    ).rejects.toMatchObject({
      message:
        'the step\'s input is not what its contract says: stable.instances: expected a whole number, found 1.5\nages[1]: expected a number, found "old"',
    });
  });

  test("refuses an answer that its contract does not allow", async () => {
    await expect(
      invoke({ name: "chat-assistant" }, async () => ({ status: 7 }) as unknown as { status: string }),
    ).rejects.toMatchObject({
      name: "BadState",
      message: expect.stringContaining("the step's output is not what its contract says"),
    });
  });

  test("names AWS's failures, so that the state machine knows what to retry", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    const account = openAccount();
    account.fail("DescribeEndpoint", new AwsError("ThrottlingException", "Rate exceeded"));

    await expect(invoke({ name: "chat-assistant" }, look, account)).rejects.toMatchObject({
      name: "AwsThrottled",
      message: "ThrottlingException: Rate exceeded",
    });
  });

  test("lets a mistake in the code through as what it is", async () => {
    const broken = () => Promise.reject(new RangeError("out of range"));

    await expect(invoke({ name: "chat-assistant" }, broken)).rejects.toBeInstanceOf(RangeError);
  });
});
