/**
 * Secrets Manager, of which one call is made: GetSecretValue, signed and sent as its JSON protocol has it, which spares every
 * function a client of its own.
 */
import { awsRefused } from "../core/errors.ts";
import { type SignedTo, signedPost } from "./signed-post.ts";

/** The text of a secret as it is now. @throws AwsRefused with what Secrets Manager has said, and what the network does */
export type ReadSecret = (name: string) => Promise<string>;

export function readingSecret(settings: Omit<SignedTo, "url" | "service">): ReadSecret {
  const { region } = settings;
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const url = `https://secretsmanager.${region}.${suffix}`;
  const post = signedPost({ ...settings, url, service: "secretsmanager" });
  return async (name) => {
    const { statusCode, text } = await post(JSON.stringify({ SecretId: name }), {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "secretsmanager.GetSecretValue",
    });
    if (statusCode !== 200) throw awsRefused(`Secrets Manager answered ${statusCode} for ${name}: ${text}`);
    const { SecretString: secret } = JSON.parse(text) as { SecretString?: string };
    if (secret === undefined || secret === "")
      throw awsRefused(`the secret ${name} has no text: put what MLflow signs with into it`);
    return secret;
  };
}
