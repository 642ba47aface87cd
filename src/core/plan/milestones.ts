/** When the milestones of a model are due, and the capacity that each needs. */
import * as z from "zod";
import { tell } from "../input/bad-input-schema.ts";
import { CompletedBy, Late } from "./completion.ts";
import { Criteria } from "./criteria.ts";
import { Review } from "./review.ts";
import { StagingRelease } from "./staging.ts";
import { capacityOf, TrainingCluster, TrainingPool } from "./training-capacity.ts";
import { isLocalTime, When } from "./when.ts";

/** Milestones in the order in which a model goes through them; what serves is patched whenever its date comes. */
export const milestoneKinds = [
  "data-collection",
  "training",
  "validation",
  "staging",
  "production",
  "patch",
] as const;
export const MilestoneKind = z.enum(milestoneKinds);
export type MilestoneKind = z.infer<typeof MilestoneKind>;

export const Milestone = z.strictObject({
  when: When.describe(
    "What makes the milestone due: a date, a cron expression, an approval in the registry, or that staging was passed.",
  ),
  pool: TrainingPool.optional(),
  cluster: TrainingCluster.optional(),
  completedBy: CompletedBy.optional(),
  late: Late.optional(),
  review: Review.optional(),
});
export type Milestone = z.infer<typeof Milestone>;

const ValidationMilestone = Milestone.extend({ criteria: Criteria.optional() });
type ValidationMilestone = z.infer<typeof ValidationMilestone>;

const StagingMilestone = Milestone.extend({ release: StagingRelease.optional() });
type StagingMilestone = z.infer<typeof StagingMilestone>;

export const Milestones = z
  .strictObject({
    "data-collection": Milestone.optional().describe("Data for the next version is gathered."),
    training: Milestone.optional().describe("The next version is trained."),
    validation: ValidationMilestone.optional().describe(
      "The trained version is evaluated: on capacity that is raised for it, and by criteria that it must meet before it is released anywhere.",
    ),
    staging: StagingMilestone.optional().describe(
      "The version runs where nobody depends on it: released on an endpoint of its own, or on capacity that is raised for it.",
    ),
    production: Milestone.describe("The version takes over the endpoint's traffic."),
    patch: Milestone.optional().describe(
      "What serves is looked at: where its image is behind the limits of gates, the newest approved version with a patched image is released as a patch; where it is not, nothing is.",
    ),
  })
  .superRefine(checkMilestones)
  .describe("When each milestone is due and the capacity it needs; production is always among them.");

type Dated = { readonly kind: MilestoneKind; readonly at: string; readonly timeZone: string };

/** What each milestone must and must not have, and dates in the order of the milestones. */
function checkMilestones(
  milestones: { readonly [K in MilestoneKind]?: Milestone | undefined } & {
    readonly staging?: StagingMilestone | undefined;
    readonly validation?: ValidationMilestone | undefined;
  },
  ctx: z.RefinementCtx,
): void {
  const isStaged = milestones.staging?.release !== undefined;
  const hasCriteria = milestones.validation?.criteria !== undefined;
  const dated: Dated[] = [];
  for (const kind of milestoneKinds) {
    const milestone = milestones[kind];
    if (milestone === undefined) continue;
    checkCompletion(kind, milestone, ctx);
    if (kind === "validation" && hasCriteria && capacityOf(milestone) === undefined)
      checkApproval(kind, milestone.when, ctx);
    else checkCapacity(kind, milestone, { ctx, isStaged });
    if (kind !== "patch" && "at" in milestone.when && isLocalTime(milestone.when.at))
      dated.push({ kind, ...milestone.when });
  }
  for (const [i, { kind, at, timeZone }] of dated.entries()) {
    const before = dated[i - 1];
    if (before !== undefined && before.timeZone === timeZone && at < before.at)
      tell(ctx, [kind, "when", "at"], {
        expected: `no earlier than ${before.kind} (${before.at})`,
        found: at,
      });
  }
}

function checkCompletion(
  kind: MilestoneKind,
  { pool, cluster, completedBy, late }: Milestone,
  ctx: z.RefinementCtx,
): void {
  if (pool === undefined && cluster === undefined && completedBy !== undefined)
    tell(ctx, [kind, "completedBy"], {
      expected: "none: it ends the hold of a pool or a cluster's nodes, and there is neither",
      found: Object.keys(completedBy).join(" and "),
    });
  if (completedBy === undefined && late !== undefined)
    tell(ctx, [kind, "late"], {
      expected: "none: without completedBy nobody knows whether it is late",
      found: `extendMinutes: ${late.extendMinutes}`,
    });
}

function checkCapacity(
  kind: MilestoneKind,
  milestone: Milestone,
  { ctx, isStaged }: { ctx: z.RefinementCtx; isStaged: boolean },
): void {
  const { when } = milestone;
  const isRelease = kind === "production" || kind === "patch" || (kind === "staging" && isStaged);
  const given = (["pool", "cluster"] as const).filter((key) => milestone[key] !== undefined);
  if (given.length > 1)
    tell(ctx, [kind, "cluster"], {
      expected: "a pool or a cluster: a milestone holds one of them",
      found: "both",
    });
  for (const key of given) checkNoCapacity(kind, key, { ctx, isStaged });
  if (!isRelease && given.length === 0)
    tell(ctx, [kind, "pool"], {
      expected: kind === "staging" ? "a release, or the capacity it needs" : "the capacity it needs",
      found: "nothing",
    });
  if (!isRelease && !("event" in when) && when.graceMinutes !== undefined)
    tell(ctx, [kind, "when", "graceMinutes"], {
      expected: "none: only what releases a version waits for one",
      found: String(when.graceMinutes),
    });
  checkEvent(kind, when, { ctx, isRelease, isStaged });
}

/** What releases a version runs on its endpoint, and holds nothing for training. */
function checkNoCapacity(
  kind: MilestoneKind,
  key: "pool" | "cluster",
  { ctx, isStaged }: { ctx: z.RefinementCtx; isStaged: boolean },
): void {
  if (kind === "production" || kind === "patch")
    tell(ctx, [kind, key], { expected: `no ${key}: ${kind} runs on the endpoint`, found: `a ${key}` });
  if (kind === "staging" && isStaged)
    tell(ctx, [kind, key], { expected: `a release or a ${key}, not both`, found: "both" });
}

/** Criteria are looked at as a version's release begins: without capacity of its own, validation has no other time. */
function checkApproval(kind: MilestoneKind, when: When, ctx: z.RefinementCtx): void {
  if ("event" in when && when.event === "model-approved") return;
  tell(ctx, [kind, "when"], {
    expected: "{ event: model-approved }, or a pool that is raised by its date",
    found: "event" in when ? when.event : "a date",
  });
}

/** What an event may make due: an approval the first release of a version, and that one's success the next. */
function checkEvent(
  kind: MilestoneKind,
  when: When,
  { ctx, isRelease, isStaged }: { ctx: z.RefinementCtx; isRelease: boolean; isStaged: boolean },
): void {
  if (!("event" in when)) return;
  if (!isRelease)
    tell(ctx, [kind, "when"], {
      expected: "a date (at) or a cron: an approval starts releases only",
      found: "an event",
    });
  else if (kind === "patch")
    tell(ctx, [kind, "when"], {
      expected: "a date (at) or a cron: what serves grows old without any event",
      found: when.event,
    });
  else if (kind === "staging" && when.event !== "model-approved")
    tell(ctx, [kind, "when", "event"], { expected: '"model-approved"', found: JSON.stringify(when.event) });
  else if (kind === "production" && (when.event === "staging-passed") !== isStaged)
    tell(ctx, [kind, "when", "event"], {
      expected: isStaged
        ? '"staging-passed", or a date: a version of this plan goes through staging first'
        : '"model-approved": staging of this plan releases nothing that could pass',
      found: JSON.stringify(when.event),
    });
}
