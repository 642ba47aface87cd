import {
  GetServiceQuotaCommand,
  ListRequestedServiceQuotaChangeHistoryByQuotaCommand,
  ListServiceQuotasCommand,
  paginateListAWSDefaultServiceQuotas,
  paginateListServiceQuotas,
  RequestServiceQuotaIncreaseCommand,
  type ServiceQuota,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { describe, expect, it } from "vitest";
import { createTwin, type InstanceQuota, serviceQuotas } from "#twin/services";
import { reaching } from "./twin-handler.ts";

const quotas: readonly InstanceQuota[] = [
  { instanceType: "ml.g5.xlarge", use: "endpoint", instances: 12 },
  { instanceType: "ml.g5.xlarge", use: "training warm pool", instances: 2 },
  { instanceType: "ml.unheard.xlarge", use: "endpoint", instances: 3 },
];

function clientOf(given: readonly InstanceQuota[] | (() => readonly InstanceQuota[]) = quotas) {
  return new ServiceQuotasClient(reaching(createTwin([serviceQuotas({ quotas: given })], () => 0)));
}

async function allOf(client: ServiceQuotasClient): Promise<ServiceQuota[]> {
  const listed: ServiceQuota[] = [];
  for await (const page of paginateListServiceQuotas({ client }, { ServiceCode: "sagemaker" })) {
    listed.push(...(page.Quotas ?? []));
  }
  return listed;
}

describe("Service Quotas of the twin", () => {
  it("lists what the account was given, by AWS's names, over several pages without a repeat", async () => {
    const client = clientOf();

    const listed = await allOf(client);

    const instancesOf = (name: string) => listed.find(({ QuotaName }) => QuotaName === name)?.Value;
    expect(instancesOf("ml.g5.xlarge for endpoint usage")).toBe(12);
    expect(instancesOf("ml.g5.xlarge for training warm pool usage")).toBe(2);
    expect(instancesOf("ml.unheard.xlarge for endpoint usage")).toBe(3);
    expect(new Set(listed.map(({ QuotaCode }) => QuotaCode)).size).toBe(listed.length);
    expect(listed.length).toBeGreaterThan(300);
  });

  it("leaves every quota that was not given at 0, as warm pools are by default", async () => {
    const client = clientOf([]);

    const listed = await allOf(client);

    expect(new Set(listed.map(({ Value }) => Value))).toEqual(new Set([0]));
  });

  it("lists what is AWS's default apart from what the account was given", async () => {
    const byDefault = {
      instanceType: "ml.g5.xlarge",
      use: "endpoint",
      instances: 4,
      applied: false,
    } as const;
    const client = clientOf([...quotas, byDefault]);
    const defaults: ServiceQuota[] = [];
    for await (const page of paginateListAWSDefaultServiceQuotas({ client }, { ServiceCode: "sagemaker" }))
      defaults.push(...(page.Quotas ?? []));
    const name = "ml.g5.xlarge for endpoint usage";

    expect((await allOf(client)).some(({ QuotaName }) => QuotaName === name)).toBe(false);
    expect(defaults.find(({ QuotaName }) => QuotaName === name)?.Value).toBe(4);
    await expect(
      client.send(new GetServiceQuotaCommand({ ServiceCode: "sagemaker", QuotaCode: "L-1928E07B" })),
    ).rejects.toMatchObject({ name: "NoSuchResourceException" });
  });

  it("shows a changed quota at once", async () => {
    let instances = 4;
    const client = clientOf(() => [{ instanceType: "ml.g5.xlarge", use: "endpoint", instances }]);
    const read = () =>
      client.send(new GetServiceQuotaCommand({ ServiceCode: "sagemaker", QuotaCode: "L-1928E07B" }));
    const before = await read();
    instances = 8;

    const after = await read();

    expect([before.Quota?.Value, after.Quota?.Value]).toEqual([4, 8]);
    expect(after.Quota).toMatchObject({
      QuotaName: "ml.g5.xlarge for endpoint usage",
      QuotaArn: "arn:aws:servicequotas:eu-west-1:123456789012:sagemaker/L-1928E07B",
    });
  });

  it.each([
    [
      new GetServiceQuotaCommand({ ServiceCode: "sagemaker", QuotaCode: "L-NONE" }),
      "NoSuchResourceException",
    ],
    [new ListServiceQuotasCommand({ ServiceCode: "ec2" }), "NoSuchResourceException"],
    [
      new ListServiceQuotasCommand({ ServiceCode: "sagemaker", NextToken: "bm9uZQ==" }),
      "InvalidPaginationTokenException",
    ],
    [new ListServiceQuotasCommand({ ServiceCode: "sagemaker", MaxResults: 101 }), "ValidationException"],
  ])("answers a request it cannot serve with AWS's error (%#)", async (command, name) => {
    const client = clientOf();

    const answer = client.send(command as ListServiceQuotasCommand);

    await expect(answer).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
  });

  it("keeps one request for more of a quota open until the account has as much", async () => {
    let instances = 4;
    const client = clientOf(() => [{ instanceType: "ml.g5.xlarge", use: "endpoint", instances }]);
    const quota = { ServiceCode: "sagemaker", QuotaCode: "L-1928E07B" };
    const ask = (DesiredValue: number) =>
      client.send(new RequestServiceQuotaIncreaseCommand({ ...quota, DesiredValue }));
    const told = async () => {
      const command = new ListRequestedServiceQuotaChangeHistoryByQuotaCommand(quota);
      const { RequestedQuotas = [] } = await client.send(command);
      return RequestedQuotas.map(({ DesiredValue, Status }) => [DesiredValue, Status]);
    };

    await expect(ask(4)).rejects.toMatchObject({ name: "IllegalArgumentException" });
    const first = await ask(20);
    await expect(ask(30)).rejects.toMatchObject({ name: "ResourceAlreadyExistsException" });
    const before = await told();
    instances = 20;
    await ask(30);

    expect(first.RequestedQuota).toMatchObject({ Status: "PENDING", Created: new Date(0) });
    expect(before).toEqual([[20, "PENDING"]]);
    expect(await told()).toEqual([
      [30, "PENDING"],
      [20, "APPROVED"],
    ]);
  });

  it.each([
    [{ ServiceCode: "sagemaker", QuotaCode: "L-00000000", DesiredValue: 1 }, "NoSuchResourceException"],
    [{ ServiceCode: "ec2", QuotaCode: "L-1928E07B", DesiredValue: 1 }, "NoSuchResourceException"],
    [{ ServiceCode: "sagemaker", QuotaCode: "L-1928E07B", DesiredValue: -1 }, "ValidationException"],
  ])("refuses a request that it cannot serve (%#)", async (request, name) => {
    const answer = clientOf().send(new RequestServiceQuotaIncreaseCommand(request));

    await expect(answer).rejects.toMatchObject({ name });
  });
});
