/**
 * The way back, one step at a time: what to do next so that stable serves everything again and the candidate is
 * gone. Traffic returns as fast as stable's warm instances can take it, and stable is refilled, never shrunk.
 */
import {
  type EndpointView,
  isMoving,
  type Variant,
  variantOf,
  type WarmInstances,
  warmOf,
} from "../capacity/endpoint.ts";
import { type Filled, instancesFor, percentServedBy, servedPerInstance } from "../capacity/sizing.ts";
import type { WayBackNeeds } from "./undoing.ts";

export type WayBackAction =
  | { readonly do: "wait"; readonly seconds: number; readonly reason: string }
  | { readonly do: "shift"; readonly percent: number; readonly reason: string }
  | { readonly do: "refill"; readonly instances: number; readonly reason: string }
  | { readonly do: "leave"; readonly reason: string }
  | { readonly do: "drifted"; readonly reason: string }
  | { readonly do: "arrived"; readonly reason: string };

export interface WayBackQuestion {
  readonly plan: Filled;
  readonly needs: WayBackNeeds;
  readonly endpoint: EndpointView;
  readonly warmInstances: WarmInstances;
  readonly loadRequestsPerSecond: number;
  /** Seconds since weights were last changed by this release. */
  readonly sinceShiftSeconds: number;
}

/** Requests in flight are given this long to end before their variant is removed (runtime API: 60 s at most). */
const drainSeconds = 60;

/** What stable served before the release at most, requests per second: the load to count on where none is known. */
export function servedBefore(plan: Filled, { stable }: WayBackNeeds): number {
  return stable.instances * servedPerInstance(plan, stable);
}

export function nextWayBack(question: WayBackQuestion): WayBackAction {
  const { needs, endpoint } = question;
  if (isMoving(endpoint)) return { do: "wait", seconds: 30, reason: `the endpoint is ${endpoint.status}` };
  const candidate = variantOf(endpoint, needs.candidate.variant);
  const stable = variantOf(endpoint, needs.stable.variant);
  if (endpoint.config === needs.stable.config) return afterLeaving(question, stable);
  if (endpoint.config !== needs.joinConfig || stable === undefined || candidate === undefined)
    return { do: "drifted", reason: `someone else moved the endpoint to ${endpoint.config}` };
  if (candidate.currentWeight > 0 || candidate.desiredWeight > 0)
    return withTraffic(question, stable, candidate);
  const refill = shortOf(question, stable);
  if (refill !== undefined) return refill;
  if (question.sinceShiftSeconds < drainSeconds)
    return { do: "wait", seconds: drainSeconds, reason: "the candidate's last requests drain" };
  return { do: "leave", reason: `back to ${needs.stable.config}` };
}

function afterLeaving(question: WayBackQuestion, stable: Variant | undefined): WayBackAction {
  if (stable === undefined)
    return { do: "drifted", reason: `variant ${question.needs.stable.variant} is gone` };
  return (
    shortOf(question, stable) ?? { do: "arrived", reason: `${question.endpoint.config} serves as before` }
  );
}

function withTraffic(question: WayBackQuestion, stable: Variant, candidate: Variant): WayBackAction {
  const { plan, needs, warmInstances, loadRequestsPerSecond: requestsPerSecond } = question;
  const ready = warmOf(warmInstances, stable);
  const served = percentServedBy(plan, needs.stable, { ready, requestsPerSecond });
  if (served >= 100) return { do: "shift", percent: 0, reason: "stable can take all traffic" };
  const total = stable.currentWeight + candidate.currentWeight;
  const now = total === 0 ? 0 : (100 * candidate.currentWeight) / total;
  const least = Math.ceil(100 - served);
  if (least < now - 1)
    return {
      do: "shift",
      percent: least,
      reason: `stable's ${ready} warm instances can take ${100 - least} %`,
    };
  const loading = ready < stable.currentInstances && stable.currentInstances >= stable.desiredInstances;
  const reason = loading ? "stable's instances load their models" : "stable is being refilled";
  return shortOf(question, stable) ?? { do: "wait", seconds: 30, reason };
}

/** Stable's refill to max(live need, size before the release), where it falls short. */
function shortOf(question: WayBackQuestion, stable: Variant): WayBackAction | undefined {
  const { plan, needs, loadRequestsPerSecond: requestsPerSecond } = question;
  const live = instancesFor(plan, needs.stable, { requestsPerSecond, percent: 100 });
  const instances = Math.max(live, needs.stable.instances);
  if (stable.desiredInstances >= instances) return undefined;
  return {
    do: "refill",
    instances,
    reason: `stable is refilled from ${stable.desiredInstances} to ${instances}`,
  };
}
