/** SageMaker's ListTags, of models and endpoint configurations: the things whose tags the twin keeps. */
import * as z from "zod";
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { World } from "../world/region.ts";
import { tagsAt } from "../world/tagged.ts";
import { members, page, present } from "./members.ts";
import type { Operation } from "./service.ts";

export function tagOperations(world: World): Record<string, Operation> {
  return {
    ListTags: (input) => listTags(world, members({ operation: "ListTags", schema: listing }, input)),
  };
}

/** Fifty to a page at least (API reference: 50 is the minimum of MaxResults). */
const listing = z.strictObject({
  ResourceArn: z.string().max(256).regex(/^arn:/),
  NextToken: z.string().max(8192).optional(),
  MaxResults: z.int().min(50).optional(),
});

function listTags(
  world: World,
  { ResourceArn, NextToken: token, MaxResults: size }: z.output<typeof listing>,
): Json {
  const tags = tagsAt(world.state, ResourceArn);
  // What AWS says of a thing that is not there is unconfirmed.
  if (tags === undefined)
    throw new AwsError(
      "ValidationException",
      `Could not find ${ResourceArn}, or the twin keeps no tags of it.`,
    );
  const all = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { items, next } = page(all, { token, size: size ?? 50 });
  return { Tags: items, ...present("NextToken", next) };
}
