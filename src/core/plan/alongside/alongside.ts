/**
 * What a model leans on while it is released, beside its endpoint: things that Application Auto Scaling scales, and how
 * much of each a stage of the rollout needs.
 */

import * as z from "zod";
import { foundText } from "../../input/bad-input.ts";
import { tell } from "../../input/bad-input-schema.ts";
import type { Percent } from "../../units.ts";
import { type LeasableKey, type LeaseKind, leasableKeys, leasables } from "./kinds.ts";

/** How much of a thing there is to be. */
const demand = {
  minimum: z.int().min(1).max(1_000_000).optional().describe("So many, whatever there were before."),
  multiple: z
    .number()
    .min(1)
    .max(100)
    .optional()
    .describe("So many times what there was before the release, rounded up."),
  of: z
    .enum(["capacity", "minimum"])
    .optional()
    .describe(
      "What is multiplied: the capacity that it had, or the MinCapacity of its scaling; the capacity where this is absent.",
    ),
};
const demandKeys = ["minimum", "multiple"] as const;
export type Demand = { readonly [K in keyof typeof demand]?: z.infer<(typeof demand)[K]> };

const Step = z
  .strictObject({
    trafficPercent: z
      .number()
      .min(0)
      .max(100)
      .describe("From the candidate's first share of at least so much on, percent; 0: from its joining on."),
    ...demand,
  })
  .superRefine((step, ctx) => checkDemand(step, demandKeys, ctx));

type Targets = { [K in LeasableKey]: z.ZodOptional<(typeof leasables)[K]["schema"]> };
const targets = Object.fromEntries(
  leasableKeys.map((key) => [key, leasables[key].schema.optional()]),
) as unknown as Targets;

const Entry = z
  .strictObject({
    ...targets,
    ...demand,
    stages: z
      .array(Step)
      .min(1)
      .max(20)
      .optional()
      .describe("How much from which share of the traffic on; it never becomes less within a release."),
    usdPerUnitHour: z
      .number()
      .positive()
      .max(10_000)
      .optional()
      .describe(
        "What an hour of one of its units costs, US dollars; where it is absent, what it costs is in no estimate and on no bill.",
      ),
  })
  .superRefine((entry, ctx) => {
    checkOne(entry, leasableKeys, ctx);
    checkDemand(entry, [...demandKeys, "stages"], ctx);
  });
export type Entry = z.infer<typeof Entry>;

export const Alongside = z
  .array(Entry)
  .max(20)
  .superRefine(checkNamedOnce)
  .describe(
    "What the model leans on beside its endpoint: raised before the candidate gets traffic, and given back after the release.",
  );
export type Alongside = z.infer<typeof Alongside>;

/** An entry's thing, as the ledger names it. */
export interface Leased {
  readonly kind: LeaseKind;
  readonly name: string;
}

/** @throws RangeError on an entry that names none; the schema sees to it that it does. */
export function leasedOf(entry: Entry): Leased {
  const [key] = leasableKeys.filter((each) => entry[each] !== undefined);
  if (key === undefined) throw new RangeError(`expected one of ${leasableKeys.join(", ")}, found none`);
  const { kind, nameOf } = leasables[key];
  return { kind, name: nameOf(entry[key] as never) };
}

/** A thing as it was before the release. */
export interface CapacityBefore {
  readonly capacity: number;
  /** MinCapacity of its scaling. */
  readonly min: number;
}

/** The minimum of a thing at each stage of a rollout; 0 where the plan asks for nothing yet. */
export function minimumsOf(
  entry: Omit<Entry, LeasableKey>,
  stages: readonly { readonly trafficPercent: Percent }[],
  found: CapacityBefore,
): number[] {
  const steps = entry.stages ?? [{ ...entry, trafficPercent: 0 }];
  return stages.map((stage) =>
    Math.max(
      0,
      ...steps
        .filter(({ trafficPercent }) => trafficPercent <= stage.trafficPercent)
        .map((step) => wanted(step, found)),
    ),
  );
}

function wanted({ minimum, multiple, of = "capacity" }: Demand, { capacity, min }: CapacityBefore): number {
  if (minimum !== undefined) return minimum;
  return Math.ceil((multiple ?? 1) * (of === "capacity" ? capacity : min) - 1e-9);
}

const given = (value: object, keys: readonly string[]): string[] =>
  keys.filter((key) => (value as Readonly<Record<string, unknown>>)[key] !== undefined);

function checkOne(value: object, keys: readonly string[], ctx: z.RefinementCtx): void {
  const found = given(value, keys);
  if (found.length === 1) return;
  const expected = keys.length === 1 ? keys.join("") : `one of ${keys.join(", ")}`;
  tell(ctx, [], { expected, found: found.join(", ") || "none of them" });
}

function checkDemand(value: Demand, keys: readonly string[], ctx: z.RefinementCtx): void {
  checkOne(value, keys, ctx);
  if (value.of !== undefined && value.multiple === undefined)
    tell(ctx, ["of"], { expected: "no such key without a multiple", found: foundText(value.of) });
}

/** Two demands on one thing would be two leases of one release. */
function checkNamedOnce(entries: readonly Entry[], ctx: z.RefinementCtx): void {
  const names = new Set<string>();
  for (const [i, entry] of entries.entries()) {
    if (given(entry, leasableKeys).length !== 1) continue;
    const { name } = leasedOf(entry);
    if (names.has(name)) tell(ctx, [i], { expected: `${name} once`, found: "it a second time" });
    names.add(name);
  }
}
