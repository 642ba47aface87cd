/** The endpoint that a model is released on, as a plan describes it. */
import * as z from "zod";
import { count, InstanceNeeds } from "./instances.ts";

/** SageMaker's rule for names of endpoints, models, package groups and jobs (API reference). */
export const AwsName = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/, "letters, digits and inner hyphens, at most 63 characters");

export const ServingEndpoint = z
  .strictObject({
    name: AwsName.describe("Name of the SageMaker endpoint."),
    ...InstanceNeeds.shape,
    instances: count.describe(
      "Instances of the stable variant between releases; auto scaling may move the live count.",
    ),
    environment: z
      .record(z.string().regex(/^[a-zA-Z_]\w*$/, "a variable's name"), z.string().max(1024))
      .default({})
      .describe(
        "Environment variables of every candidate's container, over what its package and the serving model say; no secrets, since plans are logged.",
      ),
  })
  .describe("The serving endpoint as it stands between releases.");
