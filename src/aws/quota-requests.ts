/** Requests for more of a quota: which there are, and one more. */
import {
  paginateListRequestedServiceQuotaChangeHistoryByQuota,
  type RequestedServiceQuotaChange,
  RequestServiceQuotaIncreaseCommand,
  type RequestStatus,
} from "@aws-sdk/client-service-quotas";
import {
  type QuotaRequest,
  type QuotaStep,
  quotaStep,
  type ShortQuota,
} from "../core/calendar/quota-requests.ts";
import type { EpochMs } from "../core/units.ts";
import type { Aws } from "./clients.ts";
import { ServiceCode } from "./service-quotas.ts";
import { type Settled, settled } from "./settling.ts";

/** A case that is closed says in its correspondence what came of it (API reference of RequestedServiceQuotaChange). */
const states: Readonly<Record<RequestStatus, QuotaRequest["is"]>> = {
  PENDING: "open",
  CASE_OPENED: "open",
  APPROVED: "granted",
  DENIED: "refused",
  NOT_APPROVED: "refused",
  INVALID_REQUEST: "refused",
  CASE_CLOSED: "refused",
};

/** What to do about quotas that are too small. */
export function quotaSteps(aws: Aws, short: readonly ShortQuota[], nowMs: EpochMs): Promise<QuotaStep[]> {
  return Promise.all(short.map(async (one) => quotaStep(one, await requestsFor(aws, one.code), nowMs)));
}

/** Never rejects. */
export const askForMore = (aws: Aws, { code, needed }: ShortQuota): Promise<Settled> =>
  settled(
    () =>
      aws.quotas.send(
        new RequestServiceQuotaIncreaseCommand({ ServiceCode, QuotaCode: code, DesiredValue: needed }),
      ),
    async () =>
      (await requestsFor(aws, code)).some(({ is, desired }) => is !== "refused" && desired >= needed),
  );

async function requestsFor({ quotas: client }: Aws, QuotaCode: string): Promise<QuotaRequest[]> {
  const found: QuotaRequest[] = [];
  const pages = paginateListRequestedServiceQuotaChangeHistoryByQuota({ client }, { ServiceCode, QuotaCode });
  for await (const { RequestedQuotas = [] } of pages) found.push(...RequestedQuotas.flatMap(requestOf));
  return found.sort((one, other) => other.atMs - one.atMs);
}

function requestOf({ DesiredValue, Status, Created }: RequestedServiceQuotaChange): QuotaRequest[] {
  if (DesiredValue === undefined || Status === undefined) return [];
  return [{ desired: DesiredValue, is: states[Status] ?? "open", atMs: Created?.getTime() ?? 0 }];
}
