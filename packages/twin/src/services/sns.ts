/** SNS's Publish: what is sent is checked as SNS checks it, and kept; who has subscribed is nobody's matter here. */
import { AwsError } from "../vocabulary/aws-error.ts";
import { text } from "./protocol-input.ts";
import { type Input, notModelled, type Service } from "./service.ts";

export interface Announced {
  readonly topicArn: string;
  readonly subject: string;
  /** By protocol; `default` is for those that have none of their own. */
  readonly messages: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export interface Sns extends Service {
  /** Oldest first. */
  readonly announced: readonly Announced[];
}

/** A message with its attributes (Publish, API reference). */
const MOST_BYTES = 256 * 1024;

/** @param region whose topics there are; every topic of the account in it exists. */
export function sns({ account, region }: { account: string; region: string }): Sns {
  const announced: Announced[] = [];
  const own = new RegExp(`^arn:aws:sns:${region}:${account}:[\\w-]{1,256}$`);
  return {
    name: "sns",
    title: "SNS",
    protocol: {
      kind: "query",
      version: "2010-03-31",
      xmlNamespace: "http://sns.amazonaws.com/doc/2010-03-31/",
    },
    announced,
    operations: {
      Publish(input, { at: atMs }) {
        requireKnown(input);
        const topicArn = text(input, "TopicArn") ?? "";
        if (!own.test(topicArn)) throw new AwsError("NotFound", "Topic does not exist", { statusCode: 404 });
        const subject = subjectOf(input);
        announced.push({ topicArn, subject, messages: messagesOf(input), atMs });
        return { MessageId: `00000000-0000-4000-b000-${String(announced.length).padStart(12, "0")}` };
      },
    },
  };
}

function requireKnown(input: Input): void {
  const known = ["TopicArn", "Subject", "Message", "MessageStructure"];
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) throw notModelled(`SNS.Publish with ${unknown}`);
}

const invalid = (why: string) =>
  new AwsError("InvalidParameter", `Invalid parameter: ${why}`, { statusCode: 400 });

/** "Subjects must be ASCII text that begins with a letter, number, or punctuation mark; must not include line breaks or control characters; and must be less than 100 characters long" (Publish, API reference). */
function subjectOf(input: Input): string {
  const subject = text(input, "Subject") ?? "";
  if (subject !== "" && !/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) throw invalid("Subject");
  return subject;
}

function messagesOf(input: Input): Record<string, string> {
  const message = text(input, "Message") ?? "";
  if (message === "") throw invalid("Empty message");
  if (Buffer.byteLength(message) > MOST_BYTES) throw invalid("Message too long");
  const structure = text(input, "MessageStructure");
  if (structure === undefined) return { default: message };
  if (structure !== "json") throw invalid("MessageStructure");
  const parsed = parsedOf(message);
  if (typeof parsed.default !== "string")
    throw invalid("Message Structure - No default entry in JSON message body");
  return Object.fromEntries(
    Object.entries(parsed).filter(([, value]) => typeof value === "string"),
  ) as Record<string, string>;
}

function parsedOf(message: string): Record<string, unknown> {
  try {
    return JSON.parse(message) as Record<string, unknown>;
  } catch {
    throw invalid("Message Structure - JSON message body failed to parse");
  }
}
