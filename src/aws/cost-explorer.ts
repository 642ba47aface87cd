/**
 * What an account was billed under the tags of what releases create: GetCostAndUsage of Cost Explorer, whose requests cost $0.01
 * each. Its client is not in the bundles, since a command asks it one question.
 */
import type { STSClient } from "@aws-sdk/client-sts";
import {
  type AccountCosts,
  type AccountUnasked,
  CostAnswer,
  taggedCosts,
} from "../core/cost/tagged-costs.ts";
import { planTag, releaseTag } from "../core/plan/tags.ts";
import type { EpochMs } from "../core/units.ts";
import { patience } from "./clients.ts";
import { type Replied, type SignedPost, type SignedTo, signedPost } from "./signed-post.ts";

/** Who asks, and of which account. */
export interface CostSource extends Pick<SignedTo, "endpoint" | "wire"> {
  readonly credentials: STSClient["config"]["credentials"];
  readonly region: string;
  readonly account: string;
}

export interface CostQuestion {
  readonly fromMs: EpochMs;
  /** The month's end. */
  readonly toMs: EpochMs;
  readonly nowMs: EpochMs;
  /** Absent: all. */
  readonly model?: string | undefined;
}

const day = 86_400_000;
/** Chosen: nobody pays more than ten cents without having been asked. */
const mostRequests = 10;
const tries = 3;

/** One place a partition tells of all Regions (Cost Management user guide, "service endpoint"). */
const homeOf = (region: string): string => (region.startsWith("cn-") ? "cn-northwest-1" : "us-east-1");

/** Day by day while the month lasts, and whole once it is over. That nobody may ask is an answer. */
export async function accountCosts(
  { region, account, ...source }: CostSource,
  { fromMs, toMs, nowMs, model }: CostQuestion,
): Promise<AccountCosts | AccountUnasked> {
  const home = homeOf(region);
  const suffix = home.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  const url = `https://ce.${home}${suffix}/`;
  const post = signedPost({ ...source, url, service: "ce", region: home, patience });
  const [from, to] = [fromMs, Math.min(toMs, Math.floor(nowMs / day) * day + day)].map(dayText);
  const question = {
    TimePeriod: { Start: from, End: to },
    Granularity: nowMs < toMs ? "DAILY" : "MONTHLY",
    Metrics: ["UnblendedCost", "AmortizedCost"],
    Filter: {
      And: [
        { Dimensions: { Key: "LINKED_ACCOUNT", Values: [account] } },
        { Dimensions: { Key: "REGION", Values: [region] } },
        model === undefined
          ? { Not: { Tags: { Key: planTag, MatchOptions: ["ABSENT"] } } }
          : { Tags: { Key: planTag, Values: [model] } },
      ],
    },
    GroupBy: [planTag, releaseTag].map((Key) => ({ Type: "TAG", Key })),
  };
  const pages: CostAnswer[] = [];
  let token: string | undefined;
  do {
    const asked = await ask(post, { ...question, ...(token !== undefined && { NextPageToken: token }) });
    if ("refused" in asked) return asked;
    pages.push(asked);
    token = asked.NextPageToken ?? undefined;
  } while (token !== undefined && pages.length < mostRequests);
  const told = taggedCosts(pages);
  return { from: from ?? "", to: to ?? "", ...told, requests: pages.length, isCut: token !== undefined };
}

const dayText = (atMs: EpochMs): string => new Date(atMs).toISOString().slice(0, 10);

async function ask(post: SignedPost, question: object): Promise<CostAnswer | AccountUnasked> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amz-target": "AWSInsightsIndexService.GetCostAndUsage",
  };
  let refused = "";
  for (let nth = 1; nth <= tries; nth += 1) {
    const replied = await post(JSON.stringify(question), headers).catch((error: Error) => error);
    if (replied instanceof Error) refused = `${replied.name}: ${replied.message}`;
    else if (replied.statusCode === 200) return CostAnswer.parse(JSON.parse(replied.text));
    else {
      refused = errorIn(replied);
      if (!isPassing(replied.statusCode, refused)) break;
    }
  }
  return { refused };
}

const isPassing = (statusCode: number, error: string): boolean =>
  statusCode >= 500 || /^(LimitExceeded|Throttling)/.test(error);

function errorIn({ statusCode, text }: Replied): string {
  try {
    const {
      __type = `HTTP ${statusCode}`,
      message,
      Message,
    } = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
    return `${__type.replace(/^.*#/, "")}: ${message ?? Message ?? "nobody said why"}`;
  } catch {
    return `HTTP ${statusCode}: ${text.slice(0, 200)}`;
  }
}
