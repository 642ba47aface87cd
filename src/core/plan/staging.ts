/** Staging as a release of its own: the same version through the same machine, on an endpoint that nobody depends on. */
import * as z from "zod";
import { Budget } from "./budget.ts";
import { Kpis } from "./kpis.ts";
import { Rollout } from "./rollout.ts";
import { ServingEndpoint } from "./serving-endpoint.ts";

export const StagingRelease = z
  .strictObject({
    endpoint: ServingEndpoint.describe("The endpoint of staging as it stands between releases."),
    peakRequestsPerSecond: z
      .number()
      .positive()
      .max(1_000_000)
      .describe("The load that comes to it, requests per second."),
    rollout: Rollout.optional().describe("How its traffic moves; as in production where it is left out."),
    kpis: Kpis.optional(),
    budget: Budget.optional(),
    alarms: z
      .array(z.string().min(1).max(255))
      .max(10)
      .default([])
      .describe("CloudWatch alarms of staging; those of production are not asked."),
  })
  .describe(
    "Staging as a release on an endpoint of its own. A version goes to production once it was promoted here; a person may release it all the same.",
  );
export type StagingRelease = z.infer<typeof StagingRelease>;
