/** A candidate that was tested under load: from when on what it was sent are its users' requests, and not the test's own. */
import * as z from "zod";
import type { ReleaseRecord } from "./record.ts";
import { isWeights } from "./resources.ts";
import { endpointOf, ScaleDownInput } from "./undoing.ts";

export const TestedCandidate = z.object({
  endpoint: z.string(),
  variant: z.string(),
  /** When weights were first set; null where they never were. */
  usersSince: z.iso.datetime().nullable(),
});
export type TestedCandidate = z.infer<typeof TestedCandidate>;

/** Of a plan, that its candidate is tested under load. */
const Tested = z.object({ loadTest: z.object({}) });

/** Of a release that is over; undefined where its candidate was not tested, or its record does not tell. */
export function testedCandidateIn({
  release,
  plan,
  planning,
  changes,
}: Pick<ReleaseRecord, "release" | "plan" | "planning" | "changes">): TestedCandidate | undefined {
  const endpoint = endpointOf(release);
  const variant = ScaleDownInput.shape.planning.safeParse(planning).data?.needs?.candidate.variant;
  if (endpoint === undefined || variant === undefined || changes === undefined) return undefined;
  if (!Tested.safeParse(plan).success) return undefined;
  const usersSince = changes.find(({ resource }) => isWeights(resource))?.at ?? null;
  return { endpoint, variant, usersSince };
}
