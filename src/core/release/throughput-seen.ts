/** What each instance of a candidate was seen to serve at full load: in its test under load, and with the traffic that it carried. */
import * as z from "zod";
import { finalOf } from "../capacity/candidate-fleet.ts";
import { LoadProof } from "../load/load-test.ts";
import { findingOf, servedPerInstanceOf, stepsOf } from "../load/step.ts";
import type { Plan } from "../plan/plan.ts";
import type { LoadTold } from "./load-told.ts";
import type { Needs } from "./release.ts";

const amount = z.number().min(0);

export const Throughput = z.object({
  instanceType: z.string(),
  /** More than the one, and at most the other where that was seen, requests per second. */
  moreThan: amount,
  atMost: amount.optional(),
  by: z.enum(["load-test", "traffic"]),
});
export type Throughput = z.infer<typeof Throughput>;

interface Carried {
  readonly plan: Plan;
  readonly needs: Pick<Needs, "candidate" | "designRequestsPerSecond">;
  readonly told: readonly LoadTold[];
}

/** `loadTest`: that section of a document, whoever wrote it. */
export function throughputSeen(loadTest: unknown, { plan, needs, told }: Carried): Throughput[] {
  const { instanceType } = needs.candidate;
  const carried = Math.max(0, ...told.map(({ carriedPerInstance = 0 }) => carriedPerInstance));
  return [
    ...testedOf(LoadProof.safeParse(loadTest).data, plan, needs).map((one) => ({
      instanceType,
      ...one,
      by: "load-test" as const,
    })),
    ...(carried > 0 ? [{ instanceType, moreThan: digits(carried), by: "traffic" as const }] : []),
  ];
}

/** Chosen: by how much what was answered in a step of seconds may be off. */
const measuredWithin = 0.03;

/**
 * A fleet that kept to what was asked of it serves that much at least; of one that did not at full load what it served is
 * what it can, and at the peak it serves less than that takes.
 */
function testedOf(
  proof: LoadProof | undefined,
  plan: Plan,
  { candidate, designRequestsPerSecond }: Carried["needs"],
): { readonly moreThan: number; readonly atMost?: number }[] {
  if (proof === undefined || proof.instances === 0) return [];
  const { instances } = proof;
  const { requestsPerSecondPerInstance } = candidate;
  const fleet = {
    instances,
    finalInstances: finalOf(candidate),
    requestsPerSecondPerInstance,
    designRequestsPerSecond,
  };
  return stepsOf(plan, fleet).flatMap((step) => {
    const tally = proof.steps.find(({ name }) => name === step.name)?.tally;
    if (tally === undefined) return [];
    const { answer } = findingOf(step, tally);
    const perInstance = step.requestsPerSecond / instances;
    if (answer === "within") return [{ moreThan: digits(perInstance) }];
    if (answer === "open") return [];
    const served = servedPerInstanceOf(tally, fleet);
    if (step.name !== "full") return [{ moreThan: 0, atMost: digits(perInstance) }];
    return [
      { moreThan: digits(served * (1 - measuredWithin)), atMost: digits(served * (1 + measuredWithin)) },
    ];
  });
}

const digits = (value: number): number => Number(value.toPrecision(4));
