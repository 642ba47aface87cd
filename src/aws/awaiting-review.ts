/** A dated milestone that is about to begin without the review that its plan wants: it goes on and says so, or waits and is refused. */
import type { Plan } from "../core/plan/plan.ts";
import { nextWhileAwaited } from "../core/release/awaited.ts";
import { labelBy, releaseIdOf } from "../core/release/names.ts";
import type { Opening } from "../core/release/opening.ts";
import type { Release } from "../core/release/release.ts";
import { isReviewed, type MilestoneReview, unreviewedText } from "../core/release/reviewing.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import { epochMs } from "../core/units.ts";
import { refuseDue } from "./awaited.ts";
import { publish } from "./event-bridge.ts";
import type { Tools } from "./lambda.ts";
import type { QueuedExecution } from "./places.ts";
import { reviewAt } from "./reviews.ts";

interface Begun {
  readonly plan: Plan;
  readonly request: ReleaseRequest;
  /** What it locks. */
  readonly subject: string;
}

/** The review that a request's date has, where a side has not confirmed it. */
async function lackingReview({ aws }: Tools, { plan, request }: Begun): Promise<MilestoneReview | undefined> {
  if (!isReviewed(plan, request)) return undefined;
  const { milestone: kind, dueAt, scheduledTime = "" } = request;
  const dueMs = epochMs(dueAt ?? scheduledTime);
  const review = await reviewAt(aws, plan.model, { kind, dueMs, isDue: true });
  return review === undefined || review.missing.length === 0 ? undefined : review;
}

/** Undefined where the milestone may begin, be it that its plan lets it begin all the same. Nothing is held or raised meanwhile. */
export async function awaitReview(
  tools: Tools,
  event: QueuedExecution,
  begun: Begun,
): Promise<Opening | undefined> {
  const lacking = await lackingReview(tools, begun);
  if (lacking === undefined || lacking.onMissing === "proceed") return undefined;
  const { version: _, ...request } = begun.request;
  const { plan, subject } = begun;
  const nowMs = tools.now();
  const begunMs = Date.parse(event.startedAt);
  const next = nextWhileAwaited(plan, request, { begunMs, nowMs });
  const why = unreviewedText(lacking.missing);
  if (next.do === "refuse")
    return refuseDue(tools, event, {
      label: labelBy(plan, request, event.startedAt),
      subject,
      request,
      lateMinutes: next.lateMinutes,
      reason: `the review was not complete until ${next.until}: ${why}`,
    });
  const reason = `${why}; waits until ${next.until}`;
  // At the first look alone: later ones come later than the wait before them.
  if (nowMs - begunMs < next.seconds * 1000) {
    const { model, milestone } = request;
    const id = releaseIdOf({ model, label: labelBy(plan, request, event.startedAt), milestone, attempt: 1 });
    await publish(
      tools,
      { id, model, milestone, subject },
      { state: "review-awaited", reason, ...sidesIn(lacking) },
    );
  }
  return { route: "queued", reason, waitSeconds: next.seconds };
}

const sidesIn = ({ missing }: MilestoneReview) => ({ sides: missing.map(({ side }) => side) });

/** Told once it has begun. */
export async function tellUnreviewed(
  tools: Tools,
  release: Omit<Release, "fence">,
  begun: Begun,
): Promise<void> {
  const lacking = await lackingReview(tools, begun);
  if (lacking === undefined) return;
  await publish(tools, release, {
    state: "unreviewed",
    reason: unreviewedText(lacking.missing),
    ...sidesIn(lacking),
  });
}
