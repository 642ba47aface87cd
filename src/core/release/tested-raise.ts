/**
 * A candidate that its test under load has found too small is raised to as many instances as that takes, where the plan says so,
 * proven warm, and tested again. What was measured is what the release goes by from then on.
 */
import type * as z from "zod";
import { finalOf } from "../capacity/candidate-fleet.ts";
import { answersOf, kneeSeen, type LoadQuestion } from "../load/course.ts";
import { type InstancesSeen, instancesSeen } from "../load/instances.ts";
import { LoadProof } from "../load/load-test.ts";
import { Needs } from "./release.ts";

/** What ProveCapacity answers. */
export const ProvenCapacity = LoadProof.extend({
  /** By what was measured, where the candidate is to be raised. */
  needs: Needs.optional(),
});
export type ProvenCapacity = z.infer<typeof ProvenCapacity>;

/** A measurement that is wrong may be wrong again; one that is wrong thrice is no measurement. */
const mostRaises = 2;

export interface TestedRaise {
  readonly needs: Needs;
  /** All that it is to have, and had. */
  readonly to: number;
  readonly from: number;
}

/** What a candidate that is not enough is raised to; else why it is not, undefined where the plan does not say so. */
export function raiseAfter(
  question: LoadQuestion,
  proof: LoadProof,
  needs: Needs,
): TestedRaise | { readonly lack: string } | undefined {
  if (proof.status !== "not-enough" || question.loadTest.onNotEnough !== "raise") return undefined;
  const { raises } = proof;
  if (raises.length >= mostRaises) return { lack: `it was raised ${raises.length} times already` };
  if (needs.inPlace !== undefined)
    return { lack: "it is released in place, where it has the room that stable has given up" };
  const { steps } = proof;
  const seen = instancesSeen(question, answersOf(question, steps), kneeSeen(question, steps));
  if (seen === undefined) return { lack: "by what was seen more instances would not change that" };
  return { needs: measured(needs, seen), to: seen.instances, from: finalOf(needs.candidate) };
}

/** Each share's fleet grows as all of it does. */
function measured(needs: Needs, { instances: all, requestsPerSecondPerInstance }: InstancesSeen): Needs {
  const { candidate } = needs;
  const grown = (instances: number) => Math.ceil((instances * all) / finalOf(candidate) - 1e-9);
  return {
    ...needs,
    candidate: {
      ...candidate,
      requestsPerSecondPerInstance,
      instances: grown(candidate.instances),
      ...(candidate.shares && {
        shares: candidate.shares.map((share) => ({ ...share, instances: grown(share.instances) })),
      }),
    },
  };
}

/** As the flow goes back to its raise. */
export const raising = (proof: LoadProof, { needs, from, to }: TestedRaise): ProvenCapacity => ({
  ...proof,
  status: "raise",
  reason: `${proof.reason}; it is raised to ${to} instances, and tested again`,
  waitSeconds: 1,
  needs,
  raises: [...proof.raises, { from, to, since: proof.since }],
});

/** One that is not. */
export const notRaised = (proof: LoadProof, lack: string): ProvenCapacity => ({
  ...proof,
  reason: `${proof.reason}; it is not raised, since ${lack}`,
});

/** The raise that the flow has come back for: its change in the ledger; undefined where it has not. */
export const raiseUnderWay = (proof: Pick<LoadProof, "status" | "raises"> | undefined): string | undefined =>
  proof?.status === "raise" ? `raise-tested-${proof.raises.length}` : undefined;

/** What a test has left that is not the one to come: nothing of one after which the candidate was raised, but that it was. */
export const underWay = (proof: ProvenCapacity | undefined): ProvenCapacity | undefined =>
  proof?.status === "raise" ? undefined : proof;
