/**
 * How invariants read where a plan consents to a smaller stable (rollout.strategy in-place). To lower stable is to give all
 * traffic to what is left, so that it must carry that (capacity-before-traffic). It is lowered before the candidate joins, within
 * the plan's window, to no less than the plan's low load takes, and at each share it could take everything back as the load
 * is (way-back). Without that consent no call of ours lowers stable before the first share.
 */
import { isCall, type Variant, type WorldView } from "#twin/world";
import type { Plan } from "../../core/plan/plan.ts";
import { isRecord } from "./attribute-values.ts";
import type { CheckContext } from "./check-context.ts";
import { type ObservedCall, textOf } from "./observation.ts";
import { candidateShare, endpointBefore, isCandidate, isStable, type Passage, planFor } from "./passages.ts";
import { publishedLoad } from "./published.ts";
import { shiftIn } from "./shifts.ts";

export interface InPlaceChecks {
  /** That all traffic was given to fewer instances than carry it. */
  overfilled(seen: ObservedCall): string[];
  /** That stable was lowered otherwise than consented to, or was too small to take everything back at a share. */
  unreturnable(seen: ObservedCall): string[];
}

/** The load that a plan consents to be small for, and when; undefined where it does not. */
export const lowLoadOf = ({ rollout }: Pick<Plan, "rollout">): Plan["rollout"]["inPlace"] =>
  rollout.strategy === "in-place" ? rollout.inPlace : undefined;

export function createInPlaceChecks(context: CheckContext): InPlaceChecks {
  const { world } = context;
  const begun = new Map<string, number>();

  /** A step can act on nothing newer than what its invocation could have read. */
  function shown(endpoint: string, { call, frame }: ObservedCall): number {
    const beganMs = begun.get(frame?.invocation ?? "") ?? call.at;
    return Math.min(publishedLoad(world, endpoint, call.at), publishedLoad(world, endpoint, beganMs));
  }

  function note({ call, frame }: ObservedCall): void {
    if (frame !== undefined && !begun.has(frame.invocation)) begun.set(frame.invocation, call.at);
  }

  const carries = (instances: number, { instanceType }: Pick<Variant, "instanceType">, plan: Plan): number =>
    (instances * world.throughput(instanceType) * plan.requirements.utilisationPercent) / 100;

  return {
    overfilled(seen) {
      note(seen);
      return loweredBy(seen, context).flatMap(({ endpoint, variant, to, passage }) => {
        const load = shown(endpoint, seen);
        const can = carries(to, variant, planFor(passage, context));
        return load > can + 1e-6
          ? [
              `${variant.name} was lowered to ${to} instances, which carry ${can.toFixed(1)} of ${load.toFixed(1)} requests per second`,
            ]
          : [];
      });
    },
    unreturnable(seen) {
      note(seen);
      const lowered = loweredBy(seen, context).flatMap((one) => {
        const plan = planFor(one.passage, context);
        const why = notConsented(one, { plan, atMs: seen.call.at, context });
        const low = lowLoadOf(plan)?.mostRequestsPerSecond ?? 0;
        const can = carries(one.to, one.variant, plan);
        const small =
          can + 1e-6 < low ? [`which carry ${can.toFixed(1)} of the plan's ${low} requests per second`] : [];
        return [...why, ...small].map(
          (what) => `${one.variant.name} was lowered from ${one.from} to ${one.to} instances, ${what}`,
        );
      });
      const shift = shiftIn(seen, context);
      if (shift?.passage === undefined || shift.to <= shift.from) return lowered;
      const { passage, endpoint } = shift;
      const plan = planFor(passage, context);
      if (lowLoadOf(plan) === undefined) return lowered;
      const load = shown(endpoint.name, seen);
      const can = endpoint.variants
        .filter((variant) => isStable(passage, variant.name))
        .reduce((sum, variant) => sum + carries(readyOf(variant, world.nowMs), variant, plan), 0);
      return load > can + 1e-6
        ? [
            ...lowered,
            `traffic was shifted at ${load.toFixed(1)} requests per second, of which stable could take back ${can.toFixed(1)}`,
          ]
        : lowered;
    },
  };
}

interface Lowered {
  readonly endpoint: string;
  readonly variant: Variant;
  readonly from: number;
  readonly to: number;
  readonly passage: Passage;
}

/** Stable variants that a call of ours has lowered before any share was given; the way back lowers what it has refilled. */
function loweredBy({ call, frame, tookEffect, caused }: ObservedCall, context: CheckContext): Lowered[] {
  if (!tookEffect || frame === undefined || frame.state === "RollBack") return [];
  if (call.operation !== "UpdateEndpointWeightsAndCapacities") return [];
  const endpoint = textOf(call, "EndpointName");
  const passage = context.passages.current(`endpoint/${endpoint}`);
  if (passage === undefined || passage.promoted || hasTraffic(endpoint, passage, context)) return [];
  return caused.flatMap((entry) => {
    if (entry.kind !== "capacity" || (entry.to ?? 0) >= (entry.from ?? 0)) return [];
    const name = entry.subject.split("/")[1] ?? "";
    const variant = context.world.state.endpoints.get(endpoint)?.variants.find((each) => each.name === name);
    if (variant === undefined || !isStable(passage, name)) return [];
    return [{ endpoint, variant, from: entry.from ?? 0, to: entry.to ?? 0, passage }];
  });
}

/** Whether a candidate has a share, or is given one: from then on way-back.ts holds that stable is not lowered. */
function hasTraffic(name: string, passage: Passage, { world }: CheckContext): boolean {
  const endpoint = world.state.endpoints.get(name);
  return (["currentWeight", "desiredWeight"] as const).some(
    (weight) => endpoint !== undefined && candidateShare(endpoint, { passage, world, weight }) > 0,
  );
}

/** To how many instances a release has first lowered a stable variant by a call; undefined where it has not. */
export function loweredTo(passage: Passage, variant: string, { events }: WorldView): number | undefined {
  const subject = `${endpointBefore(passage)?.name}/${variant}`;
  const lowered = events.find(
    ({ kind, subject: of, from = 0, to = 0, atMs, by }) =>
      kind === "capacity" &&
      of === subject &&
      to < from &&
      atMs >= passage.startedMs &&
      isCall(by, "UpdateEndpointWeightsAndCapacities"),
  );
  return lowered?.kind === "capacity" ? lowered.to : undefined;
}

/**
 * What stable gave up in place is asked back beside a candidate that cannot leave: by its refusal AWS tells how much of that
 * there is room for. Never more than stable had.
 */
export function asksBack(
  { call }: ObservedCall,
  passage: Passage,
  { world }: Pick<CheckContext, "world">,
): boolean {
  const { DesiredWeightsAndCapacities: asked } = call.input;
  return (Array.isArray(asked) ? asked : []).every((one) => {
    const name = isRecord(one) ? String(one.VariantName) : "";
    const before = endpointBefore(passage)?.variants.find((each) => each.name === name);
    return (
      before !== undefined &&
      loweredTo(passage, name, world) !== undefined &&
      Number(isRecord(one) ? one.DesiredInstanceCount : Number.NaN) <= before.desiredInstances
    );
  });
}

function notConsented(
  { endpoint, passage }: Lowered,
  { plan, atMs, context }: { plan: Plan; atMs: number; context: CheckContext },
): string[] {
  const low = lowLoadOf(plan);
  if (low === undefined) return ["and the plan does not consent to that"];
  const { variants = [] } = context.world.state.endpoints.get(endpoint) ?? {};
  const hasJoined = variants.some((variant) => isCandidate(variant, passage, context.world));
  return [
    ...(hasJoined ? ["when the candidate had joined already"] : []),
    ...(isOpen(low.window, atMs) ? [] : ["outside of the plan's window"]),
  ];
}

/** By what a clock on the wall of the zone shows. */
function isOpen(
  { from, to, days, timeZone }: NonNullable<Plan["rollout"]["inPlace"]>["window"],
  atMs: number,
) {
  const shows = (ms: number) =>
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
    }).formatToParts(ms);
  const partOf = (ms: number, type: Intl.DateTimeFormatPartTypes) =>
    shows(ms).find((part) => part.type === type)?.value ?? "";
  const [hour, minute] = [partOf(atMs, "hour"), partOf(atMs, "minute")];
  const time = `${hour}:${minute}`;
  const isLate = to <= from && time < to;
  const weekday = partOf(isLate ? atMs - 86_400_000 : atMs, "weekday");
  const isDay = days === undefined || days.some((day) => day === weekday.toUpperCase());
  return isDay && (to > from ? from <= time && time < to : time >= from || time < to);
}

/** Whether stable, with all traffic back, may be lowered again from what it was refilled to, so that its fleet fits twice. */
export function mayGiveBack(
  { subject, to }: { readonly subject: string; readonly to: number },
  passage: Passage,
  { world, planOf }: Pick<CheckContext, "world" | "planOf">,
): boolean {
  const plan = planFor(passage, { planOf });
  const low = lowLoadOf(plan);
  const [endpoint = "", name] = subject.split("/");
  const variant = world.state.endpoints.get(endpoint)?.variants.find((each) => each.name === name);
  if (low === undefined || variant === undefined) return false;
  const can = (to * world.throughput(variant.instanceType) * plan.requirements.utilisationPercent) / 100;
  return can + 1e-6 >= Math.max(low.mostRequestsPerSecond, publishedLoad(world, endpoint, world.nowMs));
}

const readyOf = ({ instances }: Variant, nowMs: number): number =>
  instances.filter(({ readyMs, warmMs }) => Math.max(readyMs, warmMs) <= nowMs).length;
