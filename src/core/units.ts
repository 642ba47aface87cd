/**
 * Units that are mistaken for one another, as types: a value of one does not pass for another. A number whose unit nothing
 * says, such as a literal or a result of arithmetic, passes for any of them: what is computed is named by who computes it.
 */
import type * as z from "zod";

declare const unit: unique symbol;
interface Unit<U extends string> {
  readonly [unit]?: U;
}

/** A part of a whole, 0 to 1. */
export type Share = number & Unit<"share">;
/** A part of a whole, 0 to 100. */
export type Percent = number & Unit<"percent">;
/** Seconds since 1970, UTC: CloudWatch's and the verdict's. */
export type EpochSeconds = number & Unit<"epoch seconds">;
/** Milliseconds since 1970, UTC: a clock's, and a Date's. */
export type EpochMs = number & Unit<"epoch milliseconds">;

/** @throws RangeError on what is no part of a whole */
export function shareOf(percent: Percent): Share {
  if (percent >= 0 && percent <= 100) return percent / 100;
  throw new RangeError(`expected 0 to 100 percent, found ${percent}`);
}

export const secondsOf = (ms: EpochMs): EpochSeconds => ms / 1000;
export const msOf = (seconds: EpochSeconds): EpochMs => seconds * 1000;

/**
 * A moment as ISO 8601 has it.
 * @throws RangeError on another text
 */
export function epochMs(iso: string): EpochMs {
  const ms = Date.parse(iso);
  if (Number.isFinite(ms)) return ms;
  throw new RangeError(`expected a moment as ISO 8601 has it, found ${JSON.stringify(iso)}`);
}

/** Fields of a document that are one or the other. */
export const percentField = (field: z.ZodType<number>): z.ZodType<Percent> => field;
export const shareField = (field: z.ZodType<number>): z.ZodType<Share> => field;
