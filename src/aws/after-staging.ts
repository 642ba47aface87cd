/** Starts production of a version that was promoted in staging, where the plan has the one follow from the other. */
import * as z from "zod";
import type { Closing } from "../core/release/closing.ts";
import { executionName } from "../core/release/names.ts";
import type { Held } from "../core/release/undoing.ts";
import { startMachine } from "./executions.ts";
import type { Tools } from "./lambda.ts";

/** What of a plan says so: whatever code wrote the rest. */
const Following = z.object({
  milestones: z.object({ production: z.object({ when: z.object({ event: z.literal("staging-passed") }) }) }),
});

/** Starting twice is starting once: the execution has the release's name. */
export async function startProduction(
  { aws, log }: Tools,
  { id, milestone, model, version }: Held,
  { plan, outcome }: { plan: unknown; outcome: Closing["outcome"] },
): Promise<void> {
  const follows = milestone === "staging" && outcome === "promoted" && Following.safeParse(plan).success;
  if (!follows || version === undefined) return;
  const { stack } = aws.environment;
  const name = executionName("after", { stack, releaseId: id, nth: "" });
  await startMachine(aws, name, { milestone: { model, kind: "production", version, after: id } });
  log.info("production follows", { releaseId: id, execution: name });
}
