/** The way to an endpoint and back is timed by requests that reach no model, and taken off what requests take. */
import { afterEach, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { wayTo } from "../../src/aws/load-way.ts";
import { openAccount } from "./account.ts";

afterEach(() => vi.unstubAllEnvs());

/** Each request takes so long, by its number from 0. */
function timed(takes: (nth: number) => number) {
  const account = openAccount();
  const { aws, calls } = account;
  let [nowMs, nth] = [account.now(), 0];
  const pacing = { ...aws.pacing, nowMs: () => nowMs };
  const { runtimeOnce } = aws;
  const send = async (...[command, options]: Parameters<typeof runtimeOnce.send>) => {
    const answer = runtimeOnce.send(command, options);
    return (answer as Promise<unknown>).finally(() => {
      nowMs += takes(nth++);
    });
  };
  const slow = { ...aws, pacing, runtimeOnce: Object.assign(Object.create(runtimeOnce), { send }) };
  const way = (limitMs: number) => wayTo(slow, { endpoint: "chat-assistant", limitMs });
  return { account, way, sent: () => calls.filter(({ operation }) => operation === "InvokeEndpoint") };
}

test("is what the middle one of some requests took, none of which any variant was sent", async () => {
  const { account, way, sent } = timed((nth) => (nth === 0 ? 200 : 5));

  // Four at a time: what goes by meanwhile is each one's.
  expect(await way(100)).toBeGreaterThanOrEqual(5);
  expect(await way(100)).toBeLessThanOrEqual(20);
  expect(sent()).toHaveLength(120);
  expect(account.world.probes("chat-assistant/v6").requests).toBe(0);
  expect(account.world.takeProbes("chat-assistant/v6")).toBeUndefined();
});

test("is not looked for where requests may take seconds", async () => {
  const { way, sent } = timed(() => 5);

  expect(await way(1_500)).toBe(0);
  expect(sent()).toEqual([]);
});

test.each([
  ["refused", new AwsError("AccessDeniedException", "no", { statusCode: 403 })],
  ["throttled", new AwsError("ThrottlingException", "slow down", { statusCode: 400 })],
])("is unknown, and nothing is taken off, where they are %s", async (_, error) => {
  const { account, way, sent } = timed(() => 5);
  account.fail("InvokeEndpoint", error, Number.POSITIVE_INFINITY);

  expect(await way(100)).toBe(0);
  expect(sent().length).toBeLessThan(10);
});

test("is known all the same where one of them is throttled", async () => {
  const { account, way } = timed(() => 5);
  account.fail("InvokeEndpoint", new AwsError("ThrottlingException", "slow down", { statusCode: 400 }), 2);

  expect(await way(100)).toBeGreaterThanOrEqual(5);
});

test("is waited for no longer than two seconds", async () => {
  const { way, sent } = timed(() => 400);

  expect(await way(900)).toBe(0);
  expect(sent().length).toBeLessThan(12);
});
