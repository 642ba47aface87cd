/** Where an endpoint stands on the way of a release: on SageMaker, which of the release's configurations serves. */
import { type FleetView, type PlaceNames, placed } from "../../../core/capacity/endpoint.ts";
import type { AnyNeeds } from "../../../core/release/serving-platform.ts";
import type { Aws } from "../../clients.ts";
import { viewEndpoint } from "./endpoints.ts";

/** The fleets of an endpoint that a release is on. @throws NotFound where there is no such endpoint. */
export async function viewFleets(aws: Aws, name: string, needs: AnyNeeds): Promise<FleetView> {
  const { config, pendingConfig = config, ...fleets } = await viewEndpoint(aws, name);
  const called = placesOf(needs);
  return { ...fleets, at: placed(config, called), to: placed(pendingConfig, called), called };
}

/** The configurations that a release knows; documents of other versions may lack some. */
export function placesOf({ stable, joinConfig, finalConfig }: AnyNeeds): PlaceNames {
  const after = typeof finalConfig === "string" ? finalConfig : undefined;
  return { before: stable.config, joined: joinConfig, after };
}
