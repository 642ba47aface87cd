/**
 * Tags as they are given to what is created: checked; models and configurations keep them.
 *
 * Source: Tag of SageMaker's API reference; the rules for tags of the AWS General Reference for what begins with `aws:`.
 */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";

const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

export const tagList = z
  .array(
    z.strictObject({
      Key: z.string().min(1).max(128).regex(characters),
      Value: z.string().max(256).regex(characters),
    }),
  )
  .max(50)
  .optional();

/** Throws ValidationException for a key that is AWS's own, and for one that comes twice; the wording is unconfirmed. */
export function refuseBadTags(tags: z.output<typeof tagList>): void {
  const keys = (tags ?? []).map(({ Key }) => Key);
  const reserved = keys.find((key) => /^aws:/i.test(key));
  if (reserved !== undefined)
    throw new AwsError("ValidationException", `aws: prefixed tag key names are not allowed: ${reserved}`);
  const twice = keys.find((key, nth) => keys.indexOf(key) !== nth);
  if (twice !== undefined) throw new AwsError("ValidationException", `Duplicate tag keys found: ${twice}`);
}

/** As a thing keeps them. */
export const tagsGiven = (tags: z.output<typeof tagList>): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
