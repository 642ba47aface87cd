/** The candidate's own scaling, made like stable's before its first traffic. */
import type { Fleets } from "../core/capacity/endpoint.ts";
import { variantOf } from "../core/capacity/endpoint.ts";
import { adopted, capped, held, Scaling } from "../core/capacity/scaling.ts";
import { capId } from "../core/release/leaving.ts";
import type { Needs } from "../core/release/release.ts";
import { scalingOf } from "../core/release/resources.ts";
import { make } from "./changes.ts";
import type { Tools } from "./lambda.ts";
import type { Ledger } from "./ledger.ts";
import { plain } from "./plain.ts";

/**
 * Before its first traffic the candidate scales as stable does, but only up, and only as far as the way back has room
 * for; a stable without scaling lends none.
 * @throws Drifted where somebody else has given it a scaling: to replace that would lose what only they know.
 */
export async function adoptScaling(
  tools: Tools,
  ledger: Ledger,
  { needs, endpoint }: { readonly needs: Needs; readonly endpoint: Fleets },
): Promise<void> {
  const stables = ledger.find("hold-scale-in")?.before ?? null;
  const most = needs.room?.candidateMaximum ?? Number.POSITIVE_INFINITY;
  if (stables === null || ledger.find(capId)?.state === "applied") return;
  const { variant, instances } = needs.candidate;
  const resource = scalingOf(endpoint.name, variant);
  const own = adopted(Scaling.parse(stables), {
    stable: { variant: needs.stable.variant, perInstance: needs.stable.requestsPerSecondPerInstance },
    candidate: {
      variant,
      perInstance: needs.candidate.requestsPerSecondPerInstance,
      instances: Math.max(instances, variantOf(endpoint, variant)?.desiredInstances ?? 0),
    },
  });
  await make(tools, ledger, { id: "adopt-scaling", resource, to: plain(held(own)), isNew: true });
  if (own.max <= most) return;
  await make(tools, ledger, { id: capId, resource, to: plain(capped(held(own), most)) });
}
