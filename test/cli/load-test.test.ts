/** `slipway loadtest` against an account on a port. */
import { afterEach, expect, test, vi } from "vitest";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";
import { briefPlan, withStaging } from "./staging-account.ts";

const account = servedEach();
afterEach(() => vi.useRealTimers());

test("sends what the plan has to a fleet without traffic, and says what came of it", async () => {
  const here = await account();
  await withStaging(here);

  const { code, out, err } = await say("loadtest", briefPlan(), "--endpoint", "chat-staging", "--json");

  const sent = here.calls.filter(({ operation }) => operation === "InvokeEndpoint");
  expect(JSON.parse(out)).toMatchObject({
    endpoint: "chat-staging",
    variant: "all",
    instances: 1,
    status: "open",
    reason: expect.stringContaining("its 100 requests"),
    requests: 100,
    steps: [{ name: "settle" }],
  });
  expect(code).toBe(1);
  expect(sent).toHaveLength(100);
  expect(err).toMatch(
    /all of chat-staging, 1 ml\.g5\.xlarge: up to \d+ requests\/s for at most 12 minutes and 100 requests/,
  );
});

test("sends nothing to what has traffic, nor where the plan does not consent", async () => {
  const here = await account();
  here.wait(20);
  vi.useFakeTimers({ toFake: ["Date"], now: here.now() });

  const busy = await say("loadtest", briefPlan());
  const without = await say("loadtest", "plans/chat-assistant.yml", "--endpoint", "chat-staging");

  expect([busy.code, without.code]).toEqual([64, 64]);
  expect(busy.err).toMatch(/✖ variant v6: expected one without traffic.*\n.*nothing was sent/);
  expect(without.err).toMatch(
    /✖ plans\/chat-assistant\.yml: loadTest: expected what to send, .*found nothing\n/,
  );
  expect(here.calls.filter(({ operation }) => operation === "InvokeEndpoint")).toEqual([]);
});
