/** Hours in which the minimum of an endpoint's fleet follows its load, or may not. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { boundsSince } from "../../src/aws/watched-bounds.ts";
import {
  accountWith,
  busy,
  denied,
  endpoint,
  kept,
  looking,
  minimum,
  plan,
  quietLater,
  raised,
  registered,
  silentLater,
} from "./watched.ts";

/** Retries back off by a random part of their delay; none of it keeps the tests short. */
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

test("the minimum is raised, held, and lowered slowly, and each change is written down", async () => {
  const account = await raised(quietLater);
  const high = minimum(account);
  const [record] = await kept(account);

  expect(record).toMatchObject({ hold: { variant: "v6", own: 8, set: high }, model: plan.model });
  expect(Date.parse(record?.until ?? "")).toBeGreaterThan(account.now() + 30 * 60_000);
  await looking(account, 60);
  expect(minimum(account)).toBe(high);
  await looking(account, 90);
  expect(minimum(account)).toBe(5);
  const entries = await boundsSince(account.aws, "");
  expect(entries.map(({ from, to, own }) => [from, to, own])).toEqual(
    [8, ...entries.map(({ to }) => to)].slice(0, -1).map((from, nth) => [from, entries[nth]?.to, 8]),
  );
  expect(entries.at(0)).toMatchObject({
    endpoint,
    model: plan.model,
    variant: "v6",
    why: `the load takes ${high}`,
  });
  expect(entries.at(-1)).toMatchObject({ to: 5, why: "the load of the last 60 minutes takes less" });
  expect(account.writes().filter((name) => name !== "RegisterScalableTarget")).toEqual([]);
});

test("metrics that are gone lower nothing", async () => {
  const account = await raised(silentLater);
  const high = minimum(account);

  await looking(account, 150);
  expect(minimum(account)).toBe(high);
});

test("what AWS refuses is asked again ever more seldom, and is one sentence", async () => {
  const account = await accountWith({ plan, spec: busy });
  account.fail("RegisterScalableTarget", denied, 1000);
  const lines = await looking(account, 240);

  expect(lines).toEqual([
    expect.stringMatching(/^chat-assistant: AwsRefused: AccessDeniedException: not authorized/),
  ]);
  expect(registered(account)).toBe(6);
  account.mend();
  await looking(account, 360);
  expect(minimum(account)).toBeGreaterThan(8);
  expect((await kept(account))[0]).not.toHaveProperty("line");
  expect((await kept(account))[0]).not.toHaveProperty("refused");
});
