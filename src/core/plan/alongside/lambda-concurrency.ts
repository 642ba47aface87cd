/** A Lambda function: its provisioned concurrency, of an alias or a version. */
import * as z from "zod";
import { foundText } from "../../input/bad-input.ts";
import { tell } from "../../input/bad-input-schema.ts";
import { defineLeasable } from "./define.ts";

/** Of a function's name: 64 characters; an alias has 128 and is no number, a version is one (Lambda, API reference). */
const name = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,64}$/, "letters, digits, underscores and hyphens, at most 64");
const alias = z
  .string()
  .regex(/^[a-zA-Z0-9_$-]{1,128}$/, "letters, digits, underscores and hyphens, at most 128");

export const lambdaConcurrency = defineLeasable({
  kind: "lambda-concurrency",
  what: "Lambda function",
  units: "instances",
  schema: z
    .strictObject({
      function: name.describe("Its name."),
      alias: alias.describe("The alias that is called, or the number of a version."),
    })
    .superRefine(({ alias: of }, ctx) => {
      if (of.includes("$"))
        tell(ctx, ["alias"], {
          expected: "an alias or the number of a version: $LATEST has no provisioned concurrency",
          found: foundText(of),
        });
    })
    .describe("A Lambda function; its provisioned concurrency is raised."),
  nameOf: ({ function: of, alias: qualifier }) => `function:${of}:${qualifier}`,
  scopeOf: (resourceId) => ({
    namespace: "lambda",
    resourceId,
    dimension: "lambda:function:ProvisionedConcurrency",
  }),
});
