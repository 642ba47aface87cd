/** What each instance of a candidate was seen to serve at full load: in its test under load, and with the traffic that it carried. */
import * as z from "zod";
import type { Share } from "../units.ts";
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
  readonly needs: { readonly candidate: Pick<Needs["candidate"], "instanceType"> };
  readonly told: readonly LoadTold[];
  /** How full the plan has an instance run at its peak. */
  readonly utilisation: Share;
}

/** `loadTest`: that section of a document, whoever wrote it. */
export function throughputSeen(loadTest: unknown, { needs, told, utilisation }: Carried): Throughput[] {
  const { instanceType } = needs.candidate;
  const carried = Math.max(0, ...told.map(({ carriedPerInstance = 0 }) => carriedPerInstance));
  return [
    ...testedOf(Tested.parse(loadTest), utilisation).map((one) => ({
      instanceType,
      ...one,
      by: "load-test" as const,
    })),
    ...(carried > 0 ? [{ instanceType, moreThan: digits(carried), by: "traffic" as const }] : []),
  ];
}

/** Of a test under load what is read here; of one of another version, as much as it has. */
const Tested = z
  .looseObject({
    status: z.string(),
    instances: z.int().min(1),
    /** Requests per second up to which the requirements were kept: between the two, nineteen times of twenty. */
    knee: z.object({ from: amount, to: amount.optional() }).optional(),
    steps: z.array(
      z.looseObject({
        name: z.string(),
        requestsPerSecond: amount,
        tally: z.looseObject({ seconds: amount, answered: amount }),
      }),
    ),
  })
  .optional()
  .catch(undefined);

/** Chosen: by how much what was answered in a step of seconds may be off. */
const measuredWithin = 0.03;

interface Bounds {
  readonly moreThan: number;
  readonly atMost?: number;
}

function testedOf(tested: z.infer<typeof Tested>, utilisation: Share): Bounds[] {
  if (tested === undefined) return [];
  const { instances, knee } = tested;
  const found = knee === undefined ? byLastStep(tested) : byKnee({ ...tested, knee }, utilisation);
  if (found === undefined) return [];
  const { moreThan, atMost } = found;
  const each = (requestsPerSecond: number) => digits(requestsPerSecond / instances);
  return [{ moreThan: each(moreThan), ...(atMost !== undefined && { atMost: each(atMost) }) }];
}

type TestedFleetSeen = NonNullable<z.infer<typeof Tested>>;

/**
 * A fleet that kept to the requirements at a rate serves as much; one that did not may be said to serve what has it run at that
 * rate at the plan's utilisation, and no more, be it that it answers more at full load.
 */
function byKnee(
  { status, knee, steps }: TestedFleetSeen & { readonly knee: NonNullable<TestedFleetSeen["knee"]> },
  utilisation: Share,
): Bounds | undefined {
  const full = steps.find(({ name }) => name === "full")?.requestsPerSecond ?? 0;
  const served = Math.max(knee.from, status === "enough" ? full : 0);
  const atMost = knee.to === undefined ? undefined : knee.to / utilisation;
  const moreThan = Math.min(served, knee.from / utilisation, atMost ?? Number.POSITIVE_INFINITY);
  if (moreThan === 0 && atMost === undefined) return undefined;
  return { moreThan, ...(atMost !== undefined && { atMost }) };
}

/**
 * Of a test of before there were knees: a fleet that kept to what was asked of it serves that much at least; of one that did not at
 * full load what it served is what it can, and at the peak it serves less than that takes.
 */
function byLastStep({ status, steps }: TestedFleetSeen): Bounds | undefined {
  const highest = steps.toSorted((one, other) => other.requestsPerSecond - one.requestsPerSecond)[0];
  if (highest === undefined) return undefined;
  if (status === "enough") return { moreThan: highest.requestsPerSecond };
  const { seconds, answered } = highest.tally;
  if (status !== "not-enough" || seconds === 0) return undefined;
  if (highest.name !== "full") return { moreThan: 0, atMost: highest.requestsPerSecond };
  const served = answered / seconds;
  return { moreThan: served * (1 - measuredWithin), atMost: served * (1 + measuredWithin) };
}

const digits = (value: number): number => Number(value.toPrecision(4));
