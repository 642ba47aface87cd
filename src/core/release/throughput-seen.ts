/** What each instance of a candidate was seen to serve at full load: in its test under load, and with the traffic that it carried. */
import * as z from "zod";
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
}

/** `loadTest`: that section of a document, whoever wrote it. */
export function throughputSeen(loadTest: unknown, { needs, told }: Carried): Throughput[] {
  const { instanceType } = needs.candidate;
  const carried = Math.max(0, ...told.map(({ carriedPerInstance = 0 }) => carriedPerInstance));
  return [
    ...testedOf(Tested.parse(loadTest)).map((one) => ({ instanceType, ...one, by: "load-test" as const })),
    ...(carried > 0 ? [{ instanceType, moreThan: digits(carried), by: "traffic" as const }] : []),
  ];
}

/** Of a test under load what is read here; of one of another version, as much as it has. */
const Tested = z
  .looseObject({
    status: z.string(),
    instances: z.int().min(1),
    /** Requests per second up to which the requirements were kept: the highest that was seen to be, and the lowest that was not. */
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

/**
 * A fleet that kept to what was asked of it serves that much at least; of one that did not at full load what it served is
 * what it can, and at the peak it serves less than that takes.
 */
function testedOf(tested: z.infer<typeof Tested>): { readonly moreThan: number; readonly atMost?: number }[] {
  if (tested === undefined) return [];
  const { status, instances, knee, steps } = tested;
  const each = (requestsPerSecond: number) => digits(requestsPerSecond / instances);
  if (knee !== undefined)
    return [{ moreThan: each(knee.from), ...(knee.to !== undefined && { atMost: each(knee.to) }) }];
  const highest = steps.toSorted((one, other) => other.requestsPerSecond - one.requestsPerSecond)[0];
  if (highest === undefined) return [];
  if (status === "enough") return [{ moreThan: each(highest.requestsPerSecond) }];
  const { seconds, answered } = highest.tally;
  if (status !== "not-enough" || seconds === 0) return [];
  if (highest.name !== "full") return [{ moreThan: 0, atMost: each(highest.requestsPerSecond) }];
  const served = answered / seconds;
  return [{ moreThan: each(served * (1 - measuredWithin)), atMost: each(served * (1 + measuredWithin)) }];
}

const digits = (value: number): number => Number(value.toPrecision(4));
