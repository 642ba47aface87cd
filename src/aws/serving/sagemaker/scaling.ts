/** What a release makes of the auto scaling of an endpoint's variants, which Application Auto Scaling has. */
import { finalOf } from "../../../core/capacity/candidate-fleet.ts";
import { variantOf } from "../../../core/capacity/endpoint.ts";
import { adopted, capped, held, Scaling, stilled } from "../../../core/capacity/scaling.ts";
import type { Change, Intent } from "../../../core/release/change.ts";
import { capId, holdLifted, uncapped } from "../../../core/release/leaving.ts";
import type { Needs } from "../../../core/release/release.ts";
import { scalingOf } from "../../../core/release/resources.ts";
import type { FleetScaling } from "../../../core/release/serving-platform.ts";
import { asJson } from "../../as-json.ts";

/**
 * Stable keeps what it has while the candidate is judged against it. One that is about to be shrunk must neither be pulled up
 * to its minimum (RegisterScalableTarget does that at once) nor grow into what the candidate's quota is to be.
 */
export const holdStable = (endpoint: string, { stable, inPlace }: Needs): Intent => ({
  id: "hold-scale-in",
  resource: scalingOf(endpoint, stable.variant),
  to: (now) => {
    if (now === null) return null;
    const scaling = Scaling.parse(now);
    return asJson(inPlace === undefined ? held(scaling) : stilled(scaling, stable.instances));
  },
});

export const scaling: FleetScaling = {
  of: scalingOf,
  adopt({ needs, endpoint, changes }) {
    const find = (id: string) => changes.find((change) => change.id === id);
    const stables = find("hold-scale-in")?.before ?? null;
    const most = needs.room?.candidateMaximum ?? Number.POSITIVE_INFINITY;
    if (stables === null || find(capId)?.state === "applied") return [];
    // In place there is no room to scale in: what serves alone in the end is given it then.
    if (needs.inPlace !== undefined && endpoint.at.place === "joined") return [];
    const { variant, instances } = needs.candidate;
    const desired = variantOf(endpoint, variant)?.desiredInstances ?? 0;
    const resource = scalingOf(endpoint.name, variant);
    const own = adopted(Scaling.parse(stables), {
      stable: { variant: needs.stable.variant, perInstance: needs.stable.requestsPerSecondPerInstance },
      candidate: {
        variant,
        perInstance: needs.candidate.requestsPerSecondPerInstance,
        instances: Math.max(instances, desired),
      },
    });
    // Its minimum would have it raised before its share does (Application Auto Scaling user guide, RegisterScalableTarget).
    const isSmall = needs.candidate.shares !== undefined && desired < finalOf(needs.candidate);
    if (isSmall && own.min > desired) return [];
    const adopting: Intent = { id: "adopt-scaling", resource, to: asJson(held(own)), isNew: true };
    return own.max <= most
      ? [adopting]
      : [adopting, { id: capId, resource, to: asJson(capped(held(own), most)) }];
  },
  lifted(changes: readonly Change[]) {
    const find = (id: string) => changes.find((change) => change.id === id);
    const as = find("hold-scale-in")?.before ?? null;
    const held = find("adopt-scaling")?.after ?? null;
    return (now) => holdLifted(uncapped(changes, now), { held, as });
  },
};
