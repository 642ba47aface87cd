/** Fleets of how many instances a release has tested under load, each with the rate between which and which it kept to the requirements. */
import * as z from "zod";
import type { JournalEntry } from "./journal.ts";

const rate = z.number().positive();

export const FleetSize = z.object({
  instanceType: z.string(),
  instances: z.int().min(1),
  /** Requests per second of all of it: kept to at the first, and not at the second. */
  from: rate,
  to: rate,
});
export type FleetSize = z.infer<typeof FleetSize>;

/** Of a test under load what is read here; of one of another version, as much as it has. */
const Tested = z.looseObject({ instances: z.int().min(1), knee: z.looseObject({ from: rate, to: rate }) });

/** A fleet that was raised was tested before as well, of which its journal tells. `loadTest`: that section of a document. */
export function sizesSeen(
  loadTest: unknown,
  { instanceType, journal }: { readonly instanceType: string; readonly journal: readonly JournalEntry[] },
): FleetSize[] {
  const before = journal.filter((entry) => entry.kind === "load-test" && entry.status === "raise");
  const found = [...before, loadTest].flatMap((tested): FleetSize[] => {
    const { data } = Tested.safeParse(tested);
    return data === undefined
      ? []
      : [{ instanceType, instances: data.instances, from: data.knee.from, to: data.knee.to }];
  });
  // The same one told twice is one.
  return [...new Map(found.map((one) => [one.instances, one])).values()].slice(-4);
}
