/** What a step leaves under way: it is aborted and waited for before the step has ended, be it one call alone. */
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { expect, test, vi } from "vitest";
import { obeyInvocation, untilAllCallsEnd } from "../../src/aws/outgoing.ts";

/** A client whose calls end some time after they are aborted, and not before. */
function client(over: string[], asked: () => void): EventBridgeClient {
  const handle = async (_: unknown, { abortSignal }: { abortSignal: AbortSignal }) => {
    asked();
    await new Promise((resolve) => abortSignal.addEventListener("abort", () => setTimeout(resolve, 20)));
    over.push("a call");
    throw new Error("aborted");
  };
  const made = new EventBridgeClient({
    region: "eu-west-1",
    maxAttempts: 1,
    requestHandler: { handle } as never,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  obeyInvocation(made as never);
  return made;
}

test("a call hears from its invocation alone, by no signal that outlives it", async () => {
  const made = vi.spyOn(AbortSignal, "any");
  let asked = false;
  const events = client([], () => {
    asked = true;
  });

  await untilAllCallsEnd(async () => {
    events.send(new PutEventsCommand({ Entries: [] })).catch(() => {});
    while (!asked) await new Promise((resolve) => setImmediate(resolve));
  });

  expect(made).not.toHaveBeenCalled();
  made.mockRestore();
});

test.each([1, 2])("%i of them", async (calls) => {
  const over: string[] = [];
  let asked = 0;
  const events = client(over, () => {
    asked += 1;
  });

  await untilAllCallsEnd(async () => {
    for (let nth = 0; nth < calls; nth++) events.send(new PutEventsCommand({ Entries: [] })).catch(() => {});
    while (asked < calls) await new Promise((resolve) => setImmediate(resolve));
  });

  expect(over).toHaveLength(calls);
});
