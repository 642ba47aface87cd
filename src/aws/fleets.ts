/** Where an endpoint stands on the way of a release: on SageMaker, which of the release's configurations serves. */
import { type FleetView, type PlaceNames, placed } from "../core/capacity/endpoint.ts";
import type { Aws } from "./clients.ts";
import { viewEndpoint } from "./sagemaker.ts";

/** What of a release's needs names its configurations; one of another version may lack some. */
interface NamesConfigs {
  readonly stable: { readonly config?: string | undefined };
  readonly joinConfig: string;
  readonly finalConfig?: unknown;
}

/** The fleets of an endpoint that a release is on. @throws NotFound where there is no such endpoint. */
export async function viewFleets(aws: Aws, name: string, needs: NamesConfigs): Promise<FleetView> {
  const { config, pendingConfig = config, ...fleets } = await viewEndpoint(aws, name);
  const called = namesOf(needs);
  return { ...fleets, at: placed(config, called), to: placed(pendingConfig, called), called };
}

function namesOf({ stable, joinConfig, finalConfig }: NamesConfigs): PlaceNames {
  const after = typeof finalConfig === "string" ? finalConfig : undefined;
  return { before: stable.config, joined: joinConfig, after };
}
