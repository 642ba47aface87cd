/** A plan's gates: which security and compliance checks a release has to pass on its way forward, and who has waived which. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { type GateName, gateNames, profileNames, profiles } from "./names.ts";

/** Severities of a finding, the worst first (FindingSeverity of ECR's API model). */
export const severities = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof severities)[number];

const days = z.int().min(1).max(3650);
const most = z.int().min(0).max(100_000).optional();

const Limits = z
  .strictObject({
    vulnerabilities: z
      .strictObject({
        critical: most.describe("The most findings of severity CRITICAL; 0 where it is left out."),
        high: most.describe("The most of severity HIGH; any number where it is left out."),
        medium: most.describe("The most of severity MEDIUM; any number where it is left out."),
        low: most.describe("The most of severity LOW; any number where it is left out."),
      })
      .optional()
      .describe("The most findings that an image scan may show, by severity."),
    maxScanAgeDays: days
      .optional()
      .describe(
        "How old an image's scan may be, days; 30 where it is left out. One that ECR keeps up to date has no age.",
      ),
    maxImageAgeDays: days
      .optional()
      .describe("How long ago an image may have been pushed, days; 90 where it is left out."),
    regions: z
      .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as "eu-west-1"'))
      .min(1)
      .max(50)
      .optional()
      .describe(
        "Regions in which model, image, key and captured data may be; the deployment's own where it is left out.",
      ),
  })
  .describe("How much is asked, where it is other than usual.");

const untilText = 'a day such as "2026-03-31", or a time with its offset such as "2026-03-31T18:00:00+02:00"';

/** A day ends with it, in UTC. */
const Until = z
  .string()
  .refine((until) => written.test(until) && !Number.isNaN(Date.parse(until)), untilText);
const written = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/;

const Waiver = z.strictObject({
  gate: z.enum(gateNames).describe("Which gate is waived."),
  by: z.string().min(1).max(200).describe("Who answers for it: a person."),
  until: Until.describe("Until when: a day, which counts, or a time with its offset."),
  reason: z.string().min(1).max(500).describe("Why, and what is done instead."),
});
export type Waiver = z.infer<typeof Waiver>;

export const Gates = z
  .strictObject({
    profile: z
      .enum(profileNames)
      .default("none")
      .describe("Which gates are asked for; none of them where it is left out."),
    require: z.array(z.enum(gateNames)).max(gateNames.length).optional().describe("More than the profile's."),
    limits: Limits.optional(),
    keptExposures: z
      .enum(["pass", "fail"])
      .optional()
      .describe(
        "What becomes of what is short of what is asked, and no worse than what serves: pass, as where it is left out, so that no release is kept from making less of an exposure; or fail.",
      ),
    deadlineMinutes: z
      .int()
      .min(1)
      .max(7 * 24 * 60)
      .default(120)
      .describe(
        "How long a release holds whose gates fail once it has changed something, minutes; then it rolls back.",
      ),
    waivers: z.array(Waiver).max(gateNames.length).optional().describe("Gates that a person has waived."),
  })
  .superRefine(({ profile, require = [], waivers = [] }, ctx) => {
    const asked = askedFor({ profile, require });
    for (const [nth, { gate }] of waivers.entries()) {
      const at = ["waivers", nth, "gate"];
      if (!asked.includes(gate))
        tell(ctx, at, {
          expected: `a gate that is asked for (${asked.join(", ") || "none is"})`,
          found: gate,
        });
      if (waivers.findIndex((other) => other.gate === gate) < nth)
        tell(ctx, at, { expected: "one waiver a gate", found: `${gate} once more` });
    }
  })
  .describe(
    "Security and compliance checks of the way forward: before the first change a failure refuses the release, later it holds the stage. None stands before a way back.",
  );
export type Gates = z.infer<typeof Gates>;

/** In their own order. */
function askedFor({ profile, require = [] }: Pick<Gates, "profile" | "require">): readonly GateName[] {
  const asked = new Set([...profiles[profile], ...require]);
  return gateNames.filter((gate) => asked.has(gate));
}

/** The gates that a plan asks for; none without the key. */
export const gatesOf = ({ gates }: { readonly gates?: Gates | undefined }): readonly GateName[] =>
  gates === undefined ? [] : askedFor(gates);

/** How much is asked, all of it said. */
export interface FullLimits {
  readonly vulnerabilities: { readonly [S in Severity]?: number | undefined };
  readonly maxScanAgeDays: number;
  readonly maxImageAgeDays: number;
  readonly regions: readonly string[];
}

/** Chosen: what people who keep images patched commonly write down; a plan says otherwise. */
const usual = { critical: 0, maxScanAgeDays: 30, maxImageAgeDays: 90 };

/** `region` is the deployment's own. */
export function limitsOf({ limits = {} }: Pick<Gates, "limits">, region: string): FullLimits {
  const { critical = usual.critical, ...others } = limits.vulnerabilities ?? {};
  return {
    vulnerabilities: { critical, ...others },
    maxScanAgeDays: limits.maxScanAgeDays ?? usual.maxScanAgeDays,
    maxImageAgeDays: limits.maxImageAgeDays ?? usual.maxImageAgeDays,
    regions: limits.regions ?? [region],
  };
}
