/**
 * SNS, of which one call is made: Publish, with a text for mail beside the one for everybody else. It is signed and sent as the
 * query protocol has it, which spares every function a client of its own.
 */
import { awsRefused } from "../core/errors.ts";
import { type SignedTo, signedPost } from "./signed-post.ts";

export interface TopicMessage {
  readonly topic: string;
  readonly subject: string;
  /** For whoever has subscribed by mail. */
  readonly mail: string;
  /** For all others: a chat's notification, in JSON. */
  readonly others: string;
}

/** Sends once. @throws AwsRefused with what SNS has said, and what the network does */
export type Announce = (message: TopicMessage) => Promise<void>;

export function announcing(settings: Omit<SignedTo, "url" | "service">): Announce {
  const { region } = settings;
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const post = signedPost({ ...settings, url: `https://sns.${region}.${suffix}`, service: "sns" });
  return async ({ topic, subject, mail, others }) => {
    const form = new URLSearchParams({
      Action: "Publish",
      Version: "2010-03-31",
      TopicArn: topic,
      Subject: subject,
      // "default" is required, and has to be a text (Publish, API reference, MessageStructure).
      MessageStructure: "json",
      Message: JSON.stringify({ default: others, email: mail }),
    });
    const { statusCode, text } = await post(form.toString(), {
      "content-type": "application/x-www-form-urlencoded",
    });
    if (statusCode !== 200) throw awsRefused(`SNS answered ${statusCode} to Publish on ${topic}: ${text}`);
  };
}
