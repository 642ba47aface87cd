/**
 * capacity-before-traffic: no variant is given a share of traffic that its ready instances cannot serve at the
 * plan's utilisation. Ready: in service, and the model loaded. The load is the highest of the last ten minutes that
 * CloudWatch showed, at the call or when its step began, whichever is less: a step can act on nothing newer. A surge
 * that no metric shows yet cannot be known; shifts that it makes too large are counted apart. When traffic goes back,
 * the side that gives traffic up may be overloaded, the side that receives it may not. A step that gives traffic back
 * does not wait for CloudWatch: where that refused to tell it the load, the one that was told last counts.
 *
 * What the plan lists alongside has to be there as well, as much of it as the share needs, and stays for as long as it is
 * leased.
 *
 * An UpdateEndpoint of ours that drops a variant with traffic is a shift as well, of everything: what remains must serve
 * the whole load by instances that are warm when the new fleet takes over.
 */
import type { Variant } from "#twin/world";
import { shortAlongside } from "./alongside.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { createInForce } from "./in-force.ts";
import { createInPlaceChecks } from "./in-place.ts";
import { createMetricReads } from "./metric-reads.ts";
import { type ObservedCall, textOf } from "./observation.ts";
import { arrivingLoad, publishedLoad } from "./published.ts";
import { percent, type Shift, shiftIn } from "./shifts.ts";

export function capacityBeforeTraffic(context: CheckContext): Checker {
  const name = "capacity-before-traffic";
  const { violations, report } = violationsOf(name);
  const begun = new Map<string, number>();
  const reads = createMetricReads();
  const inForce = createInForce(context);
  const inPlace = createInPlaceChecks(context);
  const { world, planOf } = context;

  /** Requests per second that some of a variant's instances serve. */
  const servedBy = (instances: number, { instanceType }: Variant, endpoint: string) =>
    (instances * world.throughput(instanceType) * planOf(endpoint).requirements.utilisationPercent) / 100;

  function check(shift: Shift, seen: ObservedCall): void {
    const { endpoint, atMs, frame } = shift;
    const beganMs = begun.get(frame.invocation) ?? atMs;
    const shown = Math.min(
      publishedLoad(world, endpoint.name, atMs),
      publishedLoad(world, endpoint.name, beganMs),
    );
    const load = shift.to < shift.from ? Math.min(shown, knownLoad(shift)) : shown;
    const arriving = Math.max(shown, arrivingLoad(world, endpoint.name));
    if (load > 0 && endpoint.variants.every(({ desiredWeight }) => desiredWeight === 0))
      report(`no variant was given any of ${load.toFixed(1)} requests per second`, whereOf(seen));
    for (const what of shortAlongside(context, shift)) report(what, whereOf(seen));
    let surge = false;
    for (const { variant, share } of receivers(shift)) {
      const can = servedBy(readyNow(variant, world.nowMs), variant, endpoint.name);
      if (share * load > can + 1e-6)
        report(
          `${variant.name} was given ${percent(share)} of ${load.toFixed(1)} requests per second, ${(share * load).toFixed(1)}, with ${readyNow(variant, world.nowMs)} ready instances that serve ${can.toFixed(1)}`,
          whereOf(seen),
        );
      else surge ||= share * arriving > can + 1e-6;
    }
    if (surge) context.figures.unseenSurges += 1;
  }

  /** The load that a step knew of to which CloudWatch did not tell it. */
  function knownLoad({ endpoint, frame }: Shift): number {
    const readMs = reads.wasRefused(frame.invocation) ? reads.lastReadMs() : undefined;
    return readMs === undefined ? Number.POSITIVE_INFINITY : publishedLoad(world, endpoint.name, readMs);
  }

  /** Updates of ours that drop variants with traffic, until their new fleet takes over, by endpoint. */
  const dropping = new Map<string, { dropped: string; load: number; seen: ObservedCall }>();

  function noteDropped(seen: ObservedCall): void {
    const { call, frame, tookEffect } = seen;
    const endpoint = world.state.endpoints.get(textOf(call, "EndpointName"));
    if (call.operation !== "UpdateEndpoint" || !tookEffect || frame === undefined || endpoint === undefined)
      return;
    const stay = (endpoint.update?.incoming ?? []).map((variant) => variant.name);
    const dropped = endpoint.variants.filter(
      (variant) => (variant.currentWeight > 0 || variant.desiredWeight > 0) && !stay.includes(variant.name),
    );
    if (dropped.length === 0) return;
    const beganMs = begun.get(frame.invocation) ?? call.at;
    const load = Math.min(
      publishedLoad(world, endpoint.name, call.at),
      publishedLoad(world, endpoint.name, beganMs),
    );
    dropping.set(endpoint.name, { dropped: dropped.map((variant) => variant.name).join(", "), load, seen });
  }

  /** The new fleet has taken over. */
  function checkRemaining(endpointName: string, atMs: number): void {
    const { dropped, load, seen } = dropping.get(endpointName) ?? {};
    const endpoint = world.state.endpoints.get(endpointName);
    if (dropped === undefined || load === undefined || seen === undefined || endpoint === undefined) return;
    dropping.delete(endpointName);
    const total = endpoint.variants.reduce((sum, variant) => sum + variant.currentWeight, 0);
    if (total === 0 && load > 0)
      report(`${dropped} was dropped with its traffic, and of what remains nothing takes any`, whereOf(seen));
    for (const variant of endpoint.variants) {
      const share = total === 0 ? 0 : variant.currentWeight / total;
      const warm = readyNow(variant, atMs);
      const can = servedBy(warm, variant, endpointName);
      if (share * load > can + 1e-6)
        report(
          `${dropped} was dropped with its traffic, and ${variant.name} took over ${(share * load).toFixed(1)} requests per second with ${warm} warm instances that serve ${can.toFixed(1)}`,
          whereOf(seen),
        );
    }
  }

  return {
    name,
    violations,
    onWorld(entry) {
      const { kind, subject, atMs } = entry;
      if (kind === "config") checkRemaining(subject, atMs);
      for (const what of inForce.onWorld(entry)) report(what, { atMs });
    },
    onCalled: (called) => reads.onCalled(called),
    onCall(seen) {
      const { call, frame } = seen;
      if (frame !== undefined && !begun.has(frame.invocation)) begun.set(frame.invocation, call.at);
      noteDropped(seen);
      for (const what of [...inPlace.overfilled(seen), ...inForce.onCall(seen)]) report(what, whereOf(seen));
      const shift = shiftIn(seen, context);
      if (shift !== undefined) check(shift, seen);
      reads.onCall(seen);
    },
    onEntry: (entry) => reads.onEntry(entry),
  };
}

/** The variants whose share must fit them: all on the way forward, those that receive traffic on the way back. */
function receivers({ endpoint, from, to }: Shift): { variant: Variant; share: number }[] {
  const total = (weight: "currentWeight" | "desiredWeight") =>
    endpoint.variants.reduce((sum, variant) => sum + variant[weight], 0);
  const [before, after] = [total("currentWeight"), total("desiredWeight")];
  return endpoint.variants.flatMap((variant) => {
    const share = after === 0 ? 0 : variant.desiredWeight / after;
    const had = before === 0 ? 0 : variant.currentWeight / before;
    return to < from && share < had ? [] : [{ variant, share }];
  });
}

const readyNow = (variant: Variant, nowMs: number): number =>
  variant.instances.filter(({ readyMs, warmMs }) => Math.max(readyMs, warmMs) <= nowMs).length;
