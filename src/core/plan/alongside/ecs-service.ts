/** An ECS service: its tasks. */
import * as z from "zod";
import { defineLeasable } from "./define.ts";

/** "Up to 255 letters (uppercase and lowercase), numbers, underscores, and hyphens are allowed" (CreateService, API reference). */
const name = z
  .string()
  .regex(/^[a-zA-Z0-9_-]{1,255}$/, "letters, digits, underscores and hyphens, at most 255 characters");

export const ecsService = defineLeasable({
  kind: "ecs-service",
  what: "ECS service",
  units: "tasks",
  schema: z
    .strictObject({ cluster: name.describe("Its cluster."), service: name.describe("Its name.") })
    .describe("An ECS service; its tasks are raised."),
  nameOf: ({ cluster, service }) => `service/${cluster}/${service}`,
  scopeOf: (resourceId) => ({ namespace: "ecs", resourceId, dimension: "ecs:service:DesiredCount" }),
});
