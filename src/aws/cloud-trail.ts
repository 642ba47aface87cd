/**
 * What CloudTrail's event history knows: LookupEvents, for 90 days, of one Region, by the name of an operation. Its client is in no
 * bundle, since a command alone asks it. Two requests a second are allowed for all of an account (LookupEvents, API reference).
 */
import { setTimeout as pause } from "node:timers/promises";
import type { STSClient } from "@aws-sdk/client-sts";
import * as z from "zod";
import type { AuditSpan } from "../core/audit/reconciling.ts";
import { readTrail, type TrailCall } from "../core/audit/trail.ts";
import { patience } from "./clients.ts";
import { type Replied, type SignedPost, type SignedTo, signedPost } from "./signed-post.ts";

export interface TrailSource extends Pick<SignedTo, "endpoint" | "wire"> {
  readonly credentials: STSClient["config"]["credentials"];
  readonly region: string;
}

export interface TrailFound {
  readonly calls: readonly TrailCall[];
  /** Calls of which it cannot be told what they were about. */
  readonly unread: number;
  /** Operations that could not be asked for, or not to the end: why. */
  readonly unasked: readonly { readonly operation: string; readonly why: string }[];
}

const Page = z.object({
  Events: z.array(z.object({ EventId: z.string(), CloudTrailEvent: z.string() })).default([]),
  NextToken: z.string().nullish(),
});
type Page = z.infer<typeof Page>;

/** Chosen: at fifty a page, some five minutes at two pages a second; beyond it somebody is told that more is there. */
const mostPages = 600;
const tries = 5;
/** Two a second, and a little less: somebody else may ask, too. */
const betweenMs = 550;
const target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";

/** One operation after the other; what may not be asked is said, and the others with it. */
export async function callsInTrail(
  { region, endpoint, ...source }: TrailSource,
  { operations, span }: { readonly operations: readonly string[]; readonly span: AuditSpan },
): Promise<TrailFound> {
  const suffix = region.startsWith("cn-") ? ".amazonaws.com.cn" : ".amazonaws.com";
  const url = `https://cloudtrail.${region}${suffix}/`;
  const post = signedPost({ ...source, endpoint, url, service: "cloudtrail", region, patience });
  // What answers in place of AWS counts nobody's requests.
  const ask = paced(post, endpoint === undefined && source.wire === undefined ? betweenMs : 0);
  const [calls, unasked]: [TrailCall[], { operation: string; why: string }[]] = [[], []];
  const left = { pages: mostPages };
  let unread = 0;
  for (const operation of operations)
    for await (const page of pagesOf(ask, left, { operation, span })) {
      if ("why" in page) unasked.push({ operation, why: page.why });
      const read = "why" in page ? [] : page.Events.map(readEvent);
      calls.push(...read.flatMap((one) => ("call" in one ? [one.call] : [])));
      unread += read.filter((one) => "left" in one && one.left === "unread").length;
    }
  return { calls, unread, unasked };
}

const readEvent = ({ EventId: id, CloudTrailEvent: record }: Page["Events"][number]) =>
  readTrail({ id, record });

interface Unasked {
  readonly why: string;
}
type Ask = (question: object) => Promise<Page | Unasked>;

/** To the end, or to what could not be asked. */
async function* pagesOf(
  ask: Ask,
  left: { pages: number },
  { operation, span }: { operation: string; span: AuditSpan },
): AsyncIterable<Page | Unasked> {
  let token: string | undefined;
  do {
    if (left.pages === 0) yield { why: `more than ${mostPages} pages; ask for less time` };
    if (left.pages === 0) return;
    left.pages -= 1;
    const page = await ask(questionOf(operation, span, token));
    yield page;
    token = "why" in page ? undefined : (page.NextToken ?? undefined);
  } while (token !== undefined);
}

const questionOf = (operation: string, { from, to }: AuditSpan, token: string | undefined) => ({
  LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: operation }],
  StartTime: Math.floor(Date.parse(from) / 1000),
  EndTime: Math.ceil(Date.parse(to) / 1000),
  MaxResults: 50,
  ...(token !== undefined && { NextToken: token }),
});

/** Waits so long between requests, and longer where it is told that they were too many. */
function paced(post: SignedPost, waitMs: number): Ask {
  let isFirst = true;
  return async (question) => {
    let found: Page | (Unasked & { readonly isPassing: boolean }) = { why: "", isPassing: true };
    for (let nth = 1; nth <= tries && "why" in found && found.isPassing; nth += 1) {
      if (!isFirst) await pause(waitMs * nth);
      isFirst = false;
      found = await once(post, question);
    }
    return found;
  };
}

const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };

async function once(
  post: SignedPost,
  question: object,
): Promise<Page | (Unasked & { readonly isPassing: boolean })> {
  const replied = await post(JSON.stringify(question), headers).catch((error: Error) => error);
  if (replied instanceof Error) return { why: `${replied.name}: ${replied.message}`, isPassing: true };
  if (replied.statusCode === 200) return Page.parse(JSON.parse(replied.text));
  const why = errorIn(replied);
  return { why, isPassing: replied.statusCode >= 500 || /^Throttling/.test(why) };
}

function errorIn({ statusCode, text }: Replied): string {
  try {
    const answer = JSON.parse(text) as Readonly<Record<string, string | undefined>>;
    const { __type = `HTTP ${statusCode}`, message = answer.Message } = answer;
    return `${__type.replace(/^.*#/, "")}: ${message ?? "nobody said why"}`;
  } catch {
    return `HTTP ${statusCode}: ${text.slice(0, 200)}`;
  }
}
