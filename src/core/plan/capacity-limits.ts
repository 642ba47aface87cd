/**
 * What whoever owns the infrastructure allows all plans of a deployment: instance types, regions, ceilings and freezes, in a file
 * of their own beside the plans (`limits.yml`). It says whom to ask for more.
 */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { type Freezes, FreezeWindow } from "./freeze.ts";

const words = z.string().trim().min(1).max(200);
const usd = z.number().min(0).max(10_000_000);

const Allowed = z
  .strictObject({
    instanceTypes: z
      .array(
        z
          .string()
          .max(63)
          .regex(/^ml\.[a-z0-9*-]+\.[a-z0-9*]+$/, 'a type, or a pattern of types with *, such as "ml.g5.*"'),
      )
      .max(200)
      .optional()
      .describe("Instance types that plans may name, patterns with *; any where it is left out."),
    regions: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as "eu-west-1"'))
      .max(50)
      .optional()
      .describe("Regions in which releases may run; any where it is left out."),
  })
  .describe("What may be used at all.");

const Ceilings = z
  .strictObject({
    instancesPerEndpoint: z
      .int()
      .min(0)
      .max(10_000)
      .optional()
      .describe(
        "The most instances of an endpoint at one time: at rest, and with all that a release has beside them as it moves the endpoint.",
      ),
    surgeUsdPerHour: usd
      .optional()
      .describe(
        "What the instances may cost an hour, US dollars, that a release has at one time beside the steady fleet, or a milestone holds.",
      ),
    surgeUsdPerRelease: usd
      .optional()
      .describe(
        "The largest budget of a release (budget.usdPerRelease), and the most that a milestone's hold may cost, US dollars.",
      ),
    usdPerMonth: usd
      .optional()
      .describe(
        "The largest budget of a month (budget.usdPerMonth), US dollars: a plan has to have one then.",
      ),
  })
  .describe("How much of it.");

export const CapacityLimits = z
  .strictObject({
    $schema: z.string().optional().describe("Path of this schema, for editors."),
    owner: words.describe("Who owns these limits, as every refusal says: a team's name."),
    contact: words.describe("How to ask for more: a channel, a mail address, a form."),
    allowed: Allowed.prefault({}),
    ceilings: Ceilings.prefault({}),
    freezes: z
      .array(FreezeWindow)
      .max(100)
      .default([])
      .describe("Times in which no release begins; what is under way by then goes on."),
  })
  .superRefine(({ allowed, ceilings, freezes }, ctx) => {
    const says = [allowed.instanceTypes, allowed.regions, ...Object.values(ceilings)];
    if (freezes.length === 0 && says.every((each) => each === undefined))
      tell(ctx, [], { expected: "something under allowed, ceilings or freezes", found: "no limit" });
  })
  .describe("What plans of a deployment are allowed, and by whom.");
export type CapacityLimits = z.infer<typeof CapacityLimits>;

/** The limits in force of a deployment. */
export interface LimitsInForce {
  readonly limits: CapacityLimits;
  /** From 1; each that was applied is kept under its own. */
  readonly version: number;
  /** ISO time. */
  readonly appliedAt: string;
  /** Who applied them: an ARN. */
  readonly appliedBy: string;
}

/** `infrastructure (ask #infra-capacity)` */
export const askedOf = ({ owner, contact }: Pick<CapacityLimits, "owner" | "contact">): string =>
  `${owner} (ask ${contact})`;

/** Whether limits allow an instance type. */
export function allowsType({ allowed: { instanceTypes } }: CapacityLimits, instanceType: string): boolean {
  if (instanceTypes === undefined) return true;
  return instanceTypes.some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
    return new RegExp(`^${parts.join("[a-z0-9-]*")}$`).test(instanceType);
  });
}

export const allowsRegion = ({ allowed: { regions } }: CapacityLimits, region: string): boolean =>
  regions === undefined || regions.includes(region);

/** A plan's freezes with those of the limits, which say whose they are. */
export const frozenToo = (freezes: Freezes, limits: CapacityLimits | undefined): Freezes =>
  limits === undefined
    ? freezes
    : {
        ...freezes,
        windows: [
          ...freezes.windows,
          ...limits.freezes.map((each) => ({ ...each, reason: `${each.reason}, by ${askedOf(limits)}` })),
        ],
      };
