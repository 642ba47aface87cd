/**
 * What a release saw of instances that it had asked for at once. They came between two looks, or had not come at the last:
 * both say something about how long instances take, and the second must not be forgotten.
 */
import * as z from "zod";
import { type EpochMs, epochMs } from "../units.ts";
import type { SeenSpan } from "./log-normal.ts";

export const Launch = z.object({
  of: z.enum(["endpoint", "training"]),
  /** By instance type. */
  instances: z.record(z.string(), z.int().min(1)),
  /** ISO 8601, as the next two. */
  askedAt: z.iso.datetime(),
  /** When they were last seen not to be there yet. */
  missingAt: z.iso.datetime().optional(),
  /** When they were first seen to be there; absent: they were not as long as the release looked. */
  thereAt: z.iso.datetime().optional(),
});
export type Launch = z.infer<typeof Launch>;

/** One of before, and how much of it still counts: above 0 and at most 1, all of it where that is absent. */
export type KnownLaunch = Launch & { readonly weight?: number };

/** From the last instance's being in service until an endpoint is (reports of users; unconfirmed by AWS). */
export const takeOverMinutes = 2;

interface Look {
  readonly isThere: boolean;
  readonly nowMs: EpochMs;
  /** When the platform says that they came, ISO 8601. */
  readonly cameAt?: string | undefined;
}

/** A launch with one more look at it. One that has come stays as it came; a moment that cannot be is no better than the look. */
export function lookedAt(launch: Launch, { isThere, nowMs, cameAt }: Look): Launch {
  if (launch.thereAt !== undefined) return launch;
  const at = new Date(nowMs).toISOString();
  if (!isThere) return { ...launch, missingAt: at };
  const isKnown = cameAt !== undefined && cameAt > (launch.missingAt ?? launch.askedAt) && cameAt <= at;
  return isKnown ? { ...launch, missingAt: cameAt, thereAt: cameAt } : { ...launch, thereAt: at };
}

/** How long the slowest of so many instances took, seconds; and when they were asked for, ISO 8601. */
export type LaunchSpan = SeenSpan & { readonly askedAt: string };

/** How long the slowest is known to have taken at most, or at least where it never came, seconds. */
export function secondsSeen(
  launch: Launch,
): { readonly seconds: number; readonly came: boolean } | undefined {
  const [span] = spansOf(Object.keys(launch.instances)[0] ?? "", [launch]);
  if (span === undefined) return undefined;
  const came = span.atMost !== Number.POSITIVE_INFINITY;
  return { seconds: came ? span.atMost / (1 + blur) : span.moreThan / (1 - blur), came };
}

/**
 * How long one type's instances took, of launches that were of it or of others too: which was the slowest nobody saw, so that
 * one of several types counts for each as if all had been of it.
 */
export function spansOf(instanceType: string, launches: readonly KnownLaunch[]): LaunchSpan[] {
  return launches.flatMap(({ of, instances, askedAt, missingAt, thereAt, weight = 1 }) => {
    if (instances[instanceType] === undefined || (missingAt ?? thereAt) === undefined) return [];
    const after = of === "endpoint" ? 60 * takeOverMinutes : 0;
    const seconds = (at: string) => Math.max(1, (epochMs(at) - epochMs(askedAt)) / 1000 - after);
    return [
      {
        instances: Object.values(instances).reduce((sum, each) => sum + each, 0),
        moreThan: missingAt === undefined ? 0 : seconds(missingAt) * (1 - blur),
        atMost: thereAt === undefined ? Number.POSITIVE_INFINITY : seconds(thereAt) * (1 + blur),
        weight,
        askedAt,
      },
    ];
  });
}

/** A moment that is known to the second is taken for so much of it more or less. */
const blur = 0.01;
