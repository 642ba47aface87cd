/** A release in place as the bare steps take it, up to where a test begins. */
import type { Plan } from "../../src/core/plan/plan.ts";
import { inPlace as plan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { Run } from "./run.ts";

const event = { model: plan.model, version: 7 };
export const low: SpecInput = { quotaInstances: 16, traffic: { peakPercent: 35 } };
export const scalingOf = (variant: string) => `endpoint/${plan.endpoint.name}/variant/${variant}`;

export const begin = (spec: SpecInput = low, of: Plan = plan) => Run.begin({ plan: of, spec, event });

export async function planned(spec?: SpecInput): Promise<Run> {
  const run = await begin(spec);
  await run.plan();
  return run;
}

/** Until it is through, or a few looks later. */
export async function prewarmed(run: Run) {
  for (let look = 0; look < 20; look++) {
    const progress = await run.prewarm();
    if (progress.status === "done") return progress;
    run.account.wait(progress.waitSeconds / 60);
  }
  throw new Error("expected it to join within twenty looks");
}

export const counts = async (run: Run) =>
  Object.fromEntries((await run.endpoint()).variants.map((one) => [one.name, one.desiredInstances]));
