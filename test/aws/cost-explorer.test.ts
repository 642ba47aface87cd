/** The request to Cost Explorer on the wire: to whom, signed for where, page after page, and what an answer that is none comes to. */
import { describe, expect, test } from "vitest";
import { accountCosts } from "../../src/aws/cost-explorer.ts";

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
const question = {
  ...{ fromMs: Date.UTC(2026, 10), toMs: Date.UTC(2026, 11), nowMs: Date.UTC(2026, 10, 20, 12) },
};
const page = (plan: string, NextPageToken?: string) => ({
  ResultsByTime: [
    {
      TimePeriod: { Start: "2026-11-19", End: "2026-11-20" },
      Groups: [{ Keys: [`slipway:plan$${plan}`], Metrics: { UnblendedCost: { Amount: "1", Unit: "USD" } } }],
      Estimated: true,
    },
  ],
  NextPageToken,
});

function asked(answers: (nth: number) => { statusCode: number; body: string } | Error, region = "eu-west-1") {
  const sent: Sent[] = [];
  const wire = {
    handle: async (request: Sent) => {
      sent.push(request);
      const response = answers(sent.length);
      if (response instanceof Error) throw response;
      return { response };
    },
  };
  const credentials = async () => ({ accessKeyId: "AKID", secretAccessKey: "secret" });
  const source = { region, account: "123456789012", credentials: credentials as never, wire: wire as never };
  return { sent, costs: accountCosts(source, question) };
}
const ok = (body: object) => ({ statusCode: 200, body: JSON.stringify(body) });

describe("GetCostAndUsage", () => {
  test.each([
    ["eu-west-1", "ce.us-east-1.amazonaws.com", "/us-east-1/ce/"],
    ["cn-north-1", "ce.cn-northwest-1.amazonaws.com.cn", "/cn-northwest-1/ce/"],
  ])("of %s goes to %s", async (region, host, scope) => {
    const { sent, costs } = asked(() => ok(page("chat")), region);
    await costs;

    expect(sent[0]?.headers).toMatchObject({
      host,
      "x-amz-target": "AWSInsightsIndexService.GetCostAndUsage",
    });
    expect(sent[0]?.headers.authorization).toContain(scope);
    expect(JSON.parse(sent[0]?.body ?? "")).toMatchObject({
      ...{ TimePeriod: { Start: "2026-11-01", End: "2026-11-21" }, Granularity: "DAILY" },
      Filter: { And: [{}, { Dimensions: { Key: "REGION", Values: [region] } }, { Not: {} }] },
    });
  });

  test("goes on with each token to the end", async () => {
    const { sent, costs } = asked((nth) => ok(page("chat", nth < 3 ? `token-${nth}` : undefined)));

    expect(await costs).toMatchObject({
      requests: 3,
      isCut: false,
      tagged: [{ unblended: 3 }],
      estimatedDays: 1,
    });
    expect(sent.map(({ body }) => JSON.parse(body).NextPageToken)).toEqual([undefined, "token-1", "token-2"]);
  });

  test("stops after ten requests, and says that there was more", async () => {
    const { sent, costs } = asked((nth) => ok(page("chat", `token-${nth}`)));

    expect(await costs).toMatchObject({ requests: 10, isCut: true });
    expect(sent).toHaveLength(10);
  });

  test.each([
    [
      { statusCode: 400, body: '{"__type":"com.amazonaws.ce#AccessDeniedException","message":"no"}' },
      "AccessDeniedException: no",
      1,
    ],
    [
      { statusCode: 400, body: '{"__type":"DataUnavailableException","Message":"not yet"}' },
      "DataUnavailableException: not yet",
      1,
    ],
    [
      { statusCode: 400, body: '{"__type":"LimitExceededException"}' },
      "LimitExceededException: nobody said why",
      3,
    ],
    [{ statusCode: 503, body: "<html>" }, "HTTP 503: <html>", 3],
    [new Error("no route"), "Error: no route", 3],
  ])("that is answered by %j is asked as often as that can change", async (answer, refused, times) => {
    const { sent, costs } = asked(() => answer);

    expect(await costs).toEqual({ refused });
    expect(sent).toHaveLength(times);
  });
});
