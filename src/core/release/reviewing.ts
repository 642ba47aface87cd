/**
 * What both sides of a team have confirmed of a milestone before its date: which confirmations count, who has to confirm still, and
 * whether one is taken. A confirmation is of what was shown: of a plan that has changed since, it is none.
 */
import * as z from "zod";
import type { MilestoneKind, Plan } from "../plan/plan.ts";
import { MilestoneKind as Kind } from "../plan/plan.ts";
import { type AskedSide, sideOfPerson, sidesOf, sidesText, TeamSide } from "../plan/team.ts";
import { graceOf } from "../plan/when.ts";
import type { ReleaseRequest } from "../request/normalised.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { Approval } from "./approving.ts";
import { nameOf, type Person } from "./person.ts";

export const Confirmation = z.object({
  model: z.string(),
  milestone: Kind,
  /** The milestone's date by the plan, ISO 8601. */
  dueAt: z.iso.datetime(),
  /** Only shown: whose owner somebody is the plan says. */
  side: TeamSide,
  by: Approval.shape.by,
  at: z.iso.datetime(),
  /** SHA-256 of what they were shown, hexadecimal. */
  seen: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Confirmation = z.infer<typeof Confirmation>;

export interface SideReview extends AskedSide {
  /** By the first owner who has confirmed what it is now; absent where nobody has. */
  readonly confirmed?: { readonly by: Person; readonly at: string };
  /** The newest that was of something else, where nothing newer counts. */
  readonly stale?: { readonly by: Person; readonly at: string };
}

export interface MilestoneReview {
  readonly model: string;
  readonly kind: MilestoneKind;
  /** ISO 8601: its date, until when it is to be confirmed, and until when a confirmation is taken. */
  readonly dueAt: string;
  /** The plan's own date, from which it was moved by the plan's own rule; what was confirmed of that holds. */
  readonly plannedAt: string;
  readonly until: string;
  readonly closes: string;
  readonly onMissing: "proceed" | "wait";
  /** SHA-256 of what is confirmed. */
  readonly seen: string;
  readonly sides: readonly SideReview[];
  readonly missing: readonly AskedSide[];
}

interface ReviewedMilestone {
  readonly plan: Pick<Plan, "model" | "team" | "milestones">;
  readonly kind: MilestoneKind;
  readonly dueMs: EpochMs;
  readonly plannedMs: EpochMs;
  readonly seen: string;
}

/** Undefined where the plan has the milestone reviewed by nobody. */
export function reviewOf(
  { plan, kind, dueMs, plannedMs, seen }: ReviewedMilestone,
  confirmations: readonly Confirmation[],
): MilestoneReview | undefined {
  const milestone = plan.milestones[kind];
  if (milestone?.review === undefined) return undefined;
  const { review, when } = milestone;
  const own = confirmations
    .filter(({ milestone: of, dueAt, by }) => of === kind && epochMs(dueAt) === plannedMs && by.isNamed)
    .toSorted((a, b) => epochMs(a.at) - epochMs(b.at));
  const asked = sidesOf(plan.team, ["model", "capacity"]);
  const sides = asked.map((side): SideReview => {
    const said = own.filter(({ by }) => side.owners.includes(by.person));
    const confirmed = said.find((one) => one.seen === seen);
    const stale = said.at(-1);
    if (confirmed !== undefined) return { ...side, confirmed: { by: confirmed.by, at: confirmed.at } };
    return stale === undefined ? side : { ...side, stale: { by: stale.by, at: stale.at } };
  });
  return {
    model: plan.model,
    kind,
    dueAt: textOf(dueMs),
    plannedAt: textOf(plannedMs),
    until: textOf(dueMs - review.daysBefore * 86_400_000),
    closes: textOf(dueMs + graceOf(when) * 60_000),
    onMissing: review.onMissing,
    seen,
    sides,
    missing: asked.filter((_, nth) => sides[nth]?.confirmed === undefined),
  };
}

const textOf = (ms: EpochMs): string => new Date(ms).toISOString();

/** Whether a request is of a milestone's date, which a plan may have reviewed; a person who starts one has looked at it. */
export const isReviewed = (plan: Plan, { trigger, milestone, scheduledTime }: ReleaseRequest): boolean =>
  trigger === "schedule" && scheduledTime !== undefined && plan.milestones[milestone]?.review !== undefined;

/** `model (ann; #chat-models) has not confirmed it` */
export const unreviewedText = (missing: readonly AskedSide[]): string =>
  `not confirmed by ${sidesText(missing)}`;

export type ConfirmAction =
  | { readonly do: "refuse"; readonly why: string }
  | { readonly do: "nothing"; readonly said: string }
  | { readonly do: "record"; readonly confirmation: Confirmation };

export interface Confirming {
  readonly model: string;
  readonly milestone: MilestoneKind;
  readonly dueAt: string;
  readonly seen: string;
  readonly by: Person;
}

/** What comes of a person's confirmation; a side that has confirmed what it is now has done so. */
export function nextForConfirmation(
  { model, milestone, dueAt, seen, by }: Confirming,
  review: MilestoneReview | undefined,
  nowMs: EpochMs,
): ConfirmAction {
  const about = `${milestone} of ${model}, ${dueAt}`;
  if (review === undefined)
    return { do: "refuse", why: `${about}: expected a date of which the plan in force has a review` };
  const why = whyNot(review, { seen, by }, nowMs);
  if (why !== undefined) return { do: "refuse", why: `${about}: ${why}` };
  const side = sideOfPerson(review.sides, by.person);
  if (side === undefined)
    return {
      do: "refuse",
      why: `${about}: expected an owner of ${sidesText(review.sides)}, found ${nameOf(by)}`,
    };
  const before = review.sides.find((one) => one.side === side)?.confirmed;
  if (before !== undefined)
    return { do: "nothing", said: `${about}: confirmed for ${side} by ${nameOf(before.by)} already` };
  const at = textOf(nowMs);
  return { do: "record", confirmation: { model, milestone, dueAt: review.plannedAt, side, by, at, seen } };
}

function whyNot(
  { closes, seen: now }: MilestoneReview,
  { seen, by }: Pick<Confirming, "seen" | "by">,
  nowMs: EpochMs,
): string | undefined {
  if (nowMs > epochMs(closes)) return `confirmed until ${closes}, which is over`;
  if (seen !== now) return "what is confirmed has changed since it was shown; look at it again";
  if (!by.isNamed)
    return `expected somebody whom AWS knows by name, found ${by.arn}, which several share (docs/OPERATIONS.md, "Who it was")`;
  return undefined;
}

/** What a confirmation comes to, in a sentence. */
export function confirmedText(
  { model, milestone, dueAt, side, by }: Confirmation,
  missing: readonly AskedSide[],
): string {
  const others = missing.filter((one) => one.side !== side);
  const more = others.length === 0 ? "both sides have confirmed it" : unreviewedText(others);
  return `${milestone} of ${model}, ${dueAt}: confirmed for ${side} by ${nameOf(by)}; ${more}`;
}
