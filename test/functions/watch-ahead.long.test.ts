/** Hours in which the minimum of an endpoint's fleet is set by what its load is foreseen to be, by days like the one before. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { applyPlan } from "../../src/aws/plans.ts";
import { boundsSince } from "../../src/aws/watched-bounds.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Account } from "../aws/account.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { daily } from "./daily.ts";
import { accountWith, denied, endpoint, kept, look, looking, minimum, plan, rule } from "./watched.ts";

/** Retries back off by a random part of their delay; none of it keeps the tests short. */
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

/** At most so many requests per second around one in the afternoon, a quarter at night. */
const noons = (peak: number) => daily({ peak, aroundHour: 13, least: 0.25, width: 80 });
const spec = (days = 9, peak = 80): SpecInput => ({ traffic: { recording: noons(peak) }, past: { days } });
const ahead: Plan = { ...plan, scaling: { ...rule, mode: "predictive" } };
const lives = (more: Partial<Parameters<typeof accountWith>[0]> = {}) =>
  accountWith({ plan: ahead, spec: spec(), ...more });

const pastReads = (account: Account, from: number) =>
  account.calls
    .slice(from)
    .filter(
      ({ operation, input }) =>
        operation === "GetMetricData" && JSON.stringify(input).includes('"Period":300'),
    ).length;

describe("a minimum by what is foreseen", () => {
  test("is there before the load is, and goes with it", async () => {
    const account = await lives();
    const reactive = await accountWith({ plan, spec: spec() });
    const minima: [number, number][] = [];
    for (let hour = 0; hour < 9; hour++) {
      await looking(account, 60);
      await looking(reactive, 60);
      minima.push([minimum(account), minimum(reactive)]);
    }
    const highest = minima.map(([one]) => one);
    // At noon, an hour before the peak, the one has room for what comes; the other for what came.
    expect(highest[2]).toBeGreaterThan(minima[2]?.[1] ?? 0);
    expect(Math.max(...highest)).toBe(10);
    expect(highest.at(-1)).toBe(4);
    expect(minima.some(([one, other], hour) => hour > 4 && one < other)).toBe(true);
    expect((await boundsSince(account.aws, "")).map(({ why }) => why)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^the load of the next 30 minutes stays below \d+(\.\d+)? requests per second on 98 % of such times, which takes 10$/,
        ),
      ]),
    );
  });

  test("reads weeks once a day, and hours otherwise", async () => {
    const account = await lives();
    const from = account.calls.length;
    await looking(account, 120);
    expect(pastReads(account, from)).toBe(1);
    const inputs = account.calls.slice(from).filter(({ operation }) => operation === "GetMetricData");
    const spans = inputs.map(({ input }) => Number(input.EndTime) - Number(input.StartTime));
    expect(spans.filter((seconds) => seconds > 30 * 3600).length).toBeLessThanOrEqual(2);
    await looking(account, 24 * 60);
    expect(pastReads(account, from)).toBeGreaterThan(1);
    expect(pastReads(account, from)).toBeLessThan(8);
  });

  test("goes by the load of late where less than a week is known, and says so", async () => {
    const account = await lives({ spec: spec(5) });
    expect(await looking(account, 180)).toEqual([
      `${endpoint}: it goes by the load of late: of its past 5 whole days are known, and 7 are needed`,
    ]);
    expect((await boundsSince(account.aws, "")).map(({ why }) => why)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^the load takes \d+$/)]),
    );
  });

  test("is said to be bounded where the plan allows less", async () => {
    const account = await lives({
      plan: { ...ahead, scaling: { ...rule, mode: "predictive", maxInstances: 9 } },
    });
    expect(await looking(account, 240)).toEqual([
      `${endpoint}: the load takes 10, and the plan's maxInstances allows less`,
    ]);
    expect(minimum(account)).toBe(9);
  });

  test("is not lowered while metrics are lost, and a past that is refused is said and asked again", async () => {
    const account = await lives();
    await looking(account, 240);
    const high = minimum(account);
    expect(high).toBe(10);
    account.fail("GetMetricData", denied, 1000);
    expect(await looking(account, 240)).toEqual([
      expect.stringMatching(/^chat-assistant: AwsRefused: AccessDeniedException: not authorized/),
    ]);
    expect(minimum(account)).toBe(high);
    account.mend();
    await looking(account, 360);
    expect(minimum(account)).toBe(4);
  });

  test("a day's end changes nothing", async () => {
    const account = await lives();
    await looking(account, 14 * 60 + 45);
    const night = minimum(account);
    await looking(account, 40);
    expect(new Date(account.now()).getUTCHours()).toBe(0);
    expect(minimum(account)).toBe(night);
    expect((await kept(account))[0]).not.toHaveProperty("line");
  });

  test("another mode is gone by from the next look on", async () => {
    const account = await lives({ plan });
    await looking(account, 60);
    const [before] = [minimum(account)];
    await applyPlan(account.aws, ahead, new Date(account.now()).toISOString());
    account.wait(5);
    await look(account);
    expect(minimum(account)).toBeGreaterThanOrEqual(before);
  });
});
