/** `slipway forecast` of an account: what was asked of an endpoint, whoever served it. */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LoadForecast } from "../../src/report/forecast.ts";
import { accountWithPast, highestOf, type Past, sixPromotions, weeks } from "./past-account.ts";
import type { ServedAccount } from "./served-account.ts";
import { say } from "./spoken.ts";

const accounts: ServedAccount[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  for (const account of accounts.splice(0)) await account.close();
});

async function opened(past: Past): Promise<ServedAccount> {
  const account = await accountWithPast(past);
  accounts.push(account);
  return account;
}

async function forecastOf(past: Past): Promise<LoadForecast> {
  await opened(past);
  const { out, err, code } = await say("forecast", "chat-assistant", "--json");
  expect(err).not.toContain("✖");
  expect(code).toBe(0);
  return JSON.parse(out);
}

const names = ["first-one", "v1", "v2", "v3", "v4", "v5", "v6"];

describe("sixty-three days", () => {
  test("are forecast as well with six promotions in them as with none", async () => {
    const [without, with6] = [await forecastOf({}), await forecastOf({ promotions: sixPromotions })];

    expect(without.account?.variants).toEqual(["v6"]);
    expect(with6.account?.variants).toEqual(names);
    for (const found of [without, with6]) {
      expect(found.knownDays).toBeGreaterThanOrEqual(62);
      for (const [nth, { expectedPeak, peak }] of found.days.entries()) {
        const came = highestOf(weeks(40), nth);
        expect(Math.abs(expectedPeak / came - 1)).toBeLessThan(0.2);
        expect(peak).toBeGreaterThan(0.85 * came);
      }
    }
    for (const [nth, { expectedPeak, peak }] of with6.days.entries()) {
      const other = without.days[nth];
      expect(Math.abs(expectedPeak / (other?.expectedPeak ?? 0) - 1)).toBeLessThan(0.02);
      expect(Math.abs(peak / (other?.peak ?? 0) - 1)).toBeLessThan(0.05);
    }
  });

  test("of variants that nobody has on record are known as far as CloudWatch lists them", async () => {
    const found = await forecastOf({ promotions: sixPromotions, isRecorded: false });
    expect(found.account?.variants).toEqual(["v5", "v6"]);
    expect(found.knownDays).toBe(19);
  });
});
