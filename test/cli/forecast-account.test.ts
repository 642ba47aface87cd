/** `slipway forecast` of an account of few days: what it reads, what it says of it, and what is missing. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { beginItem } from "../../src/aws/written-items.ts";
import { startMs } from "../aws/account.ts";
import { accountWithPast, type Past, weeks } from "./past-account.ts";
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

const told = (text: string) => text.replace(/\s+/g, " ");

describe("the forecast of an account", () => {
  test("is of a model's plan in force, or of a plan's file, and says whose requests they are", async () => {
    await opened({ days: 1.4, promotions: [1] });
    const [byModel, byFile] = [
      await say("forecast", "chat-assistant"),
      await say("forecast", "plans/chat-assistant.yml", "--stage", "dev"),
    ];
    expect(byModel.code).toBe(0);
    expect(byModel.out).toBe(byFile.out);
    expect(told(byModel.out)).toContain(
      "Requests of chat-assistant by CloudWatch, failed ones with them, of 2 variants: first-one, v6.",
    );
    expect(told(byModel.out)).toMatch(/ 2026-11-23 1[12]:\d0 /);
    expect(told(byModel.out)).not.toContain("is not known");
  });

  test("of one day says how little that is", async () => {
    await opened({ days: 1.4 });
    const { out } = await say("forecast", "chat-assistant");
    expect(told(out)).toContain(
      "Known are 1 whole day: how far a day may be off is mostly believed, and not learnt.",
    );
  });

  test("needs a day", async () => {
    await opened({ days: 0.3 });
    const { code, out, err } = await say("forecast", "chat-assistant");
    expect([code, out]).toEqual([1, ""]);
    expect(told(err)).toContain(
      "CloudWatch knows less than one whole day in UTC of the requests of chat-assistant",
    );
  });

  test("counts requests that failed, and says that more may have been asked for", async () => {
    await opened({ days: 1.4 });
    const all = JSON.parse((await say("forecast", "chat-assistant", "--json")).out);
    await opened({ days: 1.4, spec: { service: { errorPercent: 30 } } });
    const failing = JSON.parse((await say("forecast", "chat-assistant", "--json")).out);

    expect(all.account.overwhelmed).toEqual({ counted: 0, unknown: 0 });
    expect(failing.account.overwhelmed.unknown).toBe(0);
    expect(failing.account.overwhelmed.counted).toBeGreaterThan(300);
    expect(Math.abs(failing.days[0].expectedPeak / all.days[0].expectedPeak - 1)).toBeLessThan(0.02);
    expect(told((await say("forecast", "chat-assistant")).out)).toMatch(
      /In [\d,]+ minutes over a tenth failed: what came then is the least that was asked for\./,
    );
  });

  test("is the same with a spike of Slipway's own in its past as without one", async () => {
    /** Ten minutes at three in the morning of the day before. */
    const slots = 180;
    const recording = weeks(40);
    const requests = recording.requests.map((count, nth, { length }) =>
      nth === length - slots ? 600 * 400 : count,
    );
    const peaks = async () =>
      JSON.parse((await say("forecast", "chat-assistant", "--json")).out).days.map(
        ({ peak }: { peak: number }) => peak,
      );
    await opened({ days: 3.4 });
    const [without = 0] = await peaks();
    const { aws } = await opened({ days: 3.4, spec: { traffic: { recording: { ...recording, requests } } } });
    const [unknown = 0] = await peaks();
    const fromMs = startMs - slots * 600_000;
    const iso = (ms: number) => new Date(ms).toISOString();
    await beginItem(aws, "spike", {
      ...{ releaseId: "rel-1", model: "chat-assistant", version: 6, subject: "endpoint/chat-assistant" },
      ...{ milestone: "production", requestsPerSecond: 60, since: iso(fromMs - 3_600_000), written: 0 },
      spike: { times: 2, minutes: 5, afterPromotion: { at: "03:00", timeZone: "UTC", withinDays: 7 } },
      sent: [{ at: iso(fromMs), until: iso(fromMs + 600_000) }],
    } as Parameters<typeof beginItem>[2]);
    const [known = 0] = await peaks();

    expect(unknown / without).toBeGreaterThan(1.2);
    expect(known / without).toBeCloseTo(1, 1);
  });

  test("asks for no more at a time than CloudWatch answers, and for minutes no longer than they are kept", async () => {
    const account = await opened({ days: 1.4 });
    await say("forecast", "chat-assistant");
    const asked = account.calls
      .filter(({ operation }) => operation === "GetMetricData")
      .map(({ input }) => input);
    const spans = asked.map(({ StartTime, EndTime, MetricDataQueries }) => {
      const queries = MetricDataQueries as { MetricStat: { Period: number } }[];
      const daysAgo = (time: unknown) => (account.now() / 1000 - Number(time)) / 86_400;
      return { from: daysAgo(StartTime), to: daysAgo(EndTime), period: queries[0]?.MetricStat.Period };
    });
    expect(spans.map(({ period }) => period)).toEqual([300, 60]);
    expect(spans[0]?.from).toBeLessThan(63);
    expect(spans[0]?.from).toBeGreaterThan(62.9);
    expect(spans[0]?.to).toBe(spans[1]?.from);
    expect(spans[1]?.from).toBeLessThan(15);
    expect(spans[1]?.to).toBe(0);
  });

  test.each(["GetMetricData", "ListMetrics", "DescribeEndpoint", "Query"])(
    "that may not call %s says so",
    async (operation) => {
      const account = await opened({ days: 1.4 });
      account.fail(operation, new AwsError("AccessDeniedException", "not allowed", { statusCode: 400 }), 9);
      const { code, out, err } = await say("forecast", "chat-assistant");
      expect([code, out]).toEqual([1, ""]);
      expect(told(err)).toContain("✖ the past could not be read: AccessDeniedException: not allowed");
    },
  );

  test("of a model without a plan is none", async () => {
    await opened({ days: 1 });
    const { code, err } = await say("forecast", "another");
    expect(code).toBe(64);
    expect(err).toContain('✖ MODEL: expected one with a plan in slipway-dev, found "another"');
  });
});
