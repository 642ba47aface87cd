/**
 * What somebody else has done to an endpoint while a release runs, as far as a step has to give way to it; each told in
 * one sentence that says what they should do now.
 */
import { type Fleets, type FleetView, variantOf } from "../capacity/endpoint.ts";
import type { Change } from "./change.ts";
import { isWeights } from "./resources.ts";
import type { ScaleDownNeeds } from "./undoing.ts";

/** `v6 100, v7 0` */
const weightsText = ({ variants }: Fleets): string =>
  variants.map(({ name, desiredWeight }) => `${name} ${desiredWeight}`).join(", ");

/** Whether one variant takes all traffic, by the weights in force and by those asked for. */
export function takesAll({ variants }: Fleets, name: string): boolean {
  return variants.every(({ name: each, currentWeight, desiredWeight }) =>
    each === name ? currentWeight > 0 && desiredWeight > 0 : currentWeight === 0 && desiredWeight === 0,
  );
}

type Needs = Pick<ScaleDownNeeds, "stable" | "candidate">;

/** Why a candidate that passed its last stage is not to be promoted: somebody else wants it otherwise. */
export function notToPromote(endpoint: FleetView, needs: Needs): string | undefined {
  const { name, to } = endpoint;
  const { variant } = needs.candidate;
  if (to.place !== "joined")
    return `${name} is moved to ${to.called} by someone else: ${variant} is not promoted; release it again once that is settled`;
  if (takesAll(endpoint, variant)) return undefined;
  return `someone else set the weights of ${name} to ${weightsText(endpoint)}: ${variant} is not promoted; release it again if it is to serve`;
}

/** By variant. */
export type Weights = Readonly<Record<string, number>>;

/**
 * Why the first share is not given: somebody else has given traffic to the candidate already, or taken it from stable.
 * Later shares are held to what the ledger knows.
 */
export function notToShift(
  changes: readonly Change[],
  { name, weights, needs }: { name: string; weights: Weights; needs: Pick<Needs, "stable" | "candidate"> },
): string | undefined {
  const [stable, candidate] = [needs.stable.variant, needs.candidate.variant];
  const { [stable]: kept = 0, [candidate]: given } = weights;
  const hasShifted = changes.some(({ resource }) => isWeights(resource));
  // On another configuration there may be no candidate, and nothing is shifted.
  if (hasShifted || given === undefined || (kept > 0 && given === 0)) return undefined;
  const set = `someone else set the weights of ${name} to ${stable} ${kept}, ${candidate} ${given} before ${candidate}'s first share`;
  // Nothing leads stable's traffic back where the candidate has none.
  const next =
    given > 0
      ? `; release it again if it is to serve`
      : `, and ${stable} is left with 0: give it a weight if it is to serve`;
  return `${set}: ${candidate} is taken off again${next}`;
}

/** The same by an endpoint as it was seen. */
export const sharedBefore = (
  changes: readonly Change[],
  { name, variants }: Fleets,
  needs: Pick<Needs, "stable" | "candidate">,
): string | undefined => {
  const weights = Object.fromEntries(variants.map((each) => [each.name, each.desiredWeight]));
  return notToShift(changes, { name, weights, needs });
};

/** Why stable's fleet stays after a promotion; undefined where nothing needs it any more. */
export function stableStays(endpoint: FleetView, needs: Needs): string | undefined {
  const [stable, candidate] = [needs.stable.variant, needs.candidate.variant];
  if (takesAll(endpoint, candidate)) return undefined;
  const back = endpoint.called.before ?? "its configuration of before";
  return `someone else set the weights of ${endpoint.name} to ${weightsText(endpoint)} after ${candidate} was promoted, so ${stable} stays: set ${stable} 0 and ${candidate} 1 to have it removed, or take ${candidate}'s scaling away and move ${endpoint.name} to ${back} to keep it`;
}

/** Why stable is no measure of the candidate, and no way back for it; undefined where it is as large as it was. */
export function stableLowered(
  endpoint: Fleets,
  stable: { readonly variant: string; readonly instances: number },
): string | undefined {
  const { desiredInstances = stable.instances } = variantOf(endpoint, stable.variant) ?? {};
  return desiredInstances >= stable.instances
    ? undefined
    : `someone else set ${stable.variant} to ${desiredInstances} instances, it had ${stable.instances}: nothing can be compared with it; release again once it is left as it is`;
}

/** What is said of an endpoint that is not there any more. */
export const endpointGone = (name: string, config: string | undefined): string =>
  `endpoint ${name} does not exist; someone else deleted it: make it again${config === undefined ? "" : ` with ${config}`}, or give its lock back with slipway free endpoint/${name}`;

/** What is said of a promoted candidate whose model is not there any more: it serves, and no configuration may name it. */
export const candidatesModelGone = (it: {
  readonly endpoint: string;
  readonly modelName: string;
  readonly variant: string;
}): string =>
  `model ${it.modelName} of ${it.variant} does not exist; someone else deleted it: make it again under that name, or move ${it.endpoint} to a configuration with a model that exists`;

/** What is told at the end of things that somebody else changed and that were left to them. */
export const leftText = (drifted: readonly string[]): string =>
  `left as someone else made it: ${drifted.join(", ")}; see whether that is as it should be`;
