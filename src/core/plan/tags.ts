/**
 * What everything that a release creates is tagged with: the release, its plan, and what the plan says beside. Tags are what
 * costs and inventories of an account are told apart by.
 *
 * Source: Tag of SageMaker's API reference (keys of 1 to 128 characters, values of up to 256, both of letters, numbers, spaces
 * and _.:/=+-@), and the general rules for tags: 50 a resource, and none that begins with `aws:` in whatever case.
 */
import * as z from "zod";
import { foundText } from "../input/bad-input.ts";
import { tell } from "../input/bad-input-schema.ts";

const longestKey = 128;
const longestValue = 256;
/** Two of a resource's fifty are Slipway's own. */
const mostTags = 48;
const text = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const own = "slipway:";

export const Tags = z
  .record(z.string(), z.string())
  .superRefine((tags, ctx) => {
    const keys = Object.keys(tags);
    if (keys.length > mostTags)
      tell(ctx, [], {
        expected: `at most ${mostTags} tags beside Slipway's own two`,
        found: `${keys.length}`,
      });
    for (const [key, value] of Object.entries(tags)) {
      const expected = expectedOfKey(key) ?? expectedOfValue(value);
      if (expected === undefined) continue;
      const wrong = expectedOfKey(key) === undefined ? value : key;
      tell(ctx, [key], { expected, found: foundText(wrong) });
    }
  })
  .describe(
    "What everything that a release creates is tagged with, beside slipway:release and slipway:plan; names to values.",
  );

function expectedOfKey(key: string): string | undefined {
  if (key === "" || key.length > longestKey || !text.test(key))
    return `a tag's key of 1 to ${longestKey} letters, numbers, spaces or _.:/=+-@`;
  if (/^aws:/i.test(key)) return "a tag's key that does not begin with aws:, which is AWS's own";
  return key.startsWith(own)
    ? `a tag's key that does not begin with ${own}, which is Slipway's own`
    : undefined;
}

function expectedOfValue(value: string): string | undefined {
  if (value.length > longestValue || !text.test(value))
    return `a tag's value of at most ${longestValue} letters, numbers, spaces or _.:/=+-@`;
  return /^aws:/i.test(value) ? "a tag's value that does not begin with aws:, which is AWS's own" : undefined;
}

/** One tag, in the words of SageMaker's API. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export const releaseTag = "slipway:release";
export const planTag = "slipway:plan";

/** Tags of a release's things, its own first. */
export const tagsOf = (
  release: { readonly id: string; readonly model: string },
  { tags = {} }: { readonly tags?: Readonly<Record<string, string>> | undefined },
): Tag[] =>
  Object.entries({ [releaseTag]: release.id, [planTag]: release.model, ...tags }).map(([Key, Value]) => ({
    Key,
    Value,
  }));
