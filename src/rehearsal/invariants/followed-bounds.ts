/**
 * What is set between releases, where a fleet's minimum follows its load or what was learnt of it: written down before, in the item of
 * its endpoint, while no release holds the endpoint, waits for it, or can take it; within the limits of the plan, or back to what was
 * there before; and nothing but the minimum. What was learnt lowers by a step at a time, and not while the last one is watched. What a
 * person takes back they have ordered before, of the function that takes orders.
 */
import type { Plan } from "../../core/plan/plan.ts";
import { isRecord, plainItem } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import type { ObservedLock } from "./locks.ts";
import { mutationOf } from "./mutations.ts";
import { isBetweenReleases, type ObservedCall, textOf } from "./observation.ts";

export interface FollowedBounds {
  /** What is wrong with a call that is made for no release; undefined for any other. */
  onCall(seen: ObservedCall): string[] | undefined;
}

export function createFollowedBounds({
  locks,
  planOf,
}: Pick<CheckContext, "locks" | "planOf">): FollowedBounds {
  /** What is intended, by endpoint. */
  const intended = new Map<string, Readonly<Record<string, unknown>>>();
  /** What was lowered by what was learnt, and is being watched: from which minimum, until when. */
  const watched = new Map<string, { readonly from: number; readonly untilMs: number }>();

  /** What was set last by what was learnt: from which minimum to which. */
  const last = new Map<string, { readonly from: number; readonly to: number }>();
  /** Endpoints of which somebody has ordered that this be taken back. */
  const ordered = new Set<string>();

  function follow({ call, frame, tookEffect }: ObservedCall): void {
    if (call.service !== "dynamodb" || call.operation !== "PutItem" || !tookEffect) return;
    if (!isRecord(call.input.Item)) return;
    const { pk, sk, intent, ordered: order } = plainItem(call.input.Item);
    if (pk !== "bounds") return;
    if (frame?.state === "TakeOrder" && isRecord(order)) ordered.add(String(sk));
    if (isRecord(intent)) intended.set(String(sk), intent);
    else intended.delete(String(sk));
  }

  function wrongWith({ call }: ObservedCall): string[] {
    const { MinCapacity: minimum, MaxCapacity, SuspendedState } = call.input;
    const resource = textOf(call, "ResourceId");
    const [, endpoint = "", , variant = ""] = resource.split("/");
    const what = `${call.operation} on scaling ${resource}`;
    if (
      call.operation !== "RegisterScalableTarget" ||
      MaxCapacity !== undefined ||
      SuspendedState !== undefined
    )
      return [`${what} sets more than a minimum between releases`];
    const intent = intended.get(endpoint);
    const isIntended = intent?.set === minimum && intent?.variant === variant;
    const asked = { endpoint, from: Number(intent?.from), to: Number(minimum), at: call.at };
    const isOwn = intent?.own === minimum;
    return [
      ...(isIntended ? [] : [`${what} reached AWS with no intent in the item of its endpoint`]),
      ...[
        ...heldWrongly(locks.of(`endpoint/${endpoint}`), call.at),
        ...(isUndone(intent) ? takenBackWrongly(asked) : setWrongly(asked, isOwn)),
      ].map((why) => `${what} ${why}`),
    ];
  }

  /** What is wrong with a minimum that nobody has ordered. */
  function setWrongly(asked: Step, isOwn: boolean): string[] {
    const { endpoint, to } = asked;
    const plan = planOf(endpoint);
    const isBack = isOwn || watched.get(endpoint)?.from === to;
    const isAllowed = isBack || boundsOf(plan).some((bounds) => isWithin(bounds, to));
    return [
      ...steppedWrongly(plan, asked, isOwn),
      ...(isAllowed ? [] : [`sets ${to}, which the plan does not allow`]),
    ];
  }

  /** What is wrong with what a person takes back. */
  function takenBackWrongly({ endpoint, from, to }: Step): string[] {
    const [stood, isOrdered] = [last.get(endpoint), ordered.has(endpoint)];
    last.delete(endpoint);
    ordered.delete(endpoint);
    watched.delete(endpoint);
    return [
      ...(!isOrdered ? ["takes back what nobody has ordered to be taken back"] : []),
      ...(stood?.to === from && stood.from === to
        ? []
        : [`takes back from ${from} to ${to} what was not set so`]),
    ];
  }

  /** What is wrong with a step by what was learnt, which is watched from then on. */
  function steppedWrongly({ proposals }: Plan, { endpoint, from, to, at }: Step, isOwn: boolean): string[] {
    const trial = watched.get(endpoint);
    watched.delete(endpoint);
    if (trial?.from === to) last.delete(endpoint);
    else last.set(endpoint, { from, to });
    if (proposals?.adjust !== "automatic" || to >= from) return [];
    watched.set(endpoint, { from, untilMs: at + dayMs * (proposals.watchDays ?? 7) });
    if (isOwn) return [];
    return [
      ...(from - to > Math.max(1, from / 4)
        ? [`lowers it by more than a quarter, from ${from} to ${to}`]
        : []),
      ...(trial !== undefined && at < trial.untilMs
        ? ["lowers it further while the last step is watched"]
        : []),
    ];
  }

  return {
    onCall(seen) {
      follow(seen);
      if (!isBetweenReleases(seen) || !seen.tookEffect || mutationOf(seen.call) === undefined)
        return undefined;
      return wrongWith(seen);
    },
  };
}

const dayMs = 86_400_000;

interface Step {
  readonly endpoint: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
}

const isUndone = (intent: Readonly<Record<string, unknown>> | undefined): boolean =>
  isRecord(intent?.adjusted) && intent.adjusted.outcome === "undone";

type Bounds = Pick<NonNullable<Plan["scaling"]>, "minInstances" | "maxInstances">;

const boundsOf = ({ scaling, proposals }: Plan): Bounds[] =>
  [scaling, proposals?.adjust === "automatic" ? proposals.within : undefined].flatMap((one) => one ?? []);

const isWithin = ({ minInstances, maxInstances }: Bounds, minimum: number): boolean =>
  minimum >= minInstances && minimum <= maxInstances;

/** What is wrong with the lock of an endpoint at the moment of a call, epoch milliseconds. */
function heldWrongly(lock: ObservedLock | undefined, atMs: number): string[] {
  const { holder, queue = [], adjusting = "" } = lock ?? {};
  const isFree = holder === undefined && queue.length === 0;
  return [
    ...(isFree ? [] : ["changes an endpoint that a release holds or waits for"]),
    ...(adjusting > new Date(atMs).toISOString() ? [] : ["is made while a release may take the endpoint"]),
  ];
}
