/** How each kind of resource that a release may change is read and written. */

import type { TrainingPool } from "../core/plan/plan.ts";
import type { ResourceRef } from "../core/release/change.ts";
import type { Plain } from "../core/release/plain.ts";
import { putScaling, readScaling } from "./application-auto-scaling.ts";
import type { Aws } from "./clients.ts";
import { plain } from "./plain.ts";
import { setInstances, setWeights, updateEndpoint, viewEndpoint } from "./sagemaker.ts";
import { putConfig, putModel, readConfig, readModel } from "./sagemaker-models.ts";
import { endPool, readPrimer, startPrimer } from "./sagemaker-training.ts";
import { putSchedule, readSchedule } from "./scheduler.ts";

/** A resource's state as the ledger keeps it; null says that it does not exist. */
export async function readResource(aws: Aws, { kind, name }: ResourceRef): Promise<Plain> {
  switch (kind) {
    case "scaling":
      return plain(await readScaling(aws, name));
    case "model":
      return readModel(aws, name);
    case "endpoint-config":
      return readConfig(aws, name);
    case "routing": {
      const endpoint = await viewEndpoint(aws, name);
      return endpoint.pendingConfig ?? endpoint.config;
    }
    case "weights":
      return Object.fromEntries(
        (await viewEndpoint(aws, name)).variants.map((v) => [v.name, v.desiredWeight]),
      );
    case "count": {
      const [endpoint, variant] = countParts(name);
      return (
        (await viewEndpoint(aws, endpoint)).variants.find((v) => v.name === variant)?.desiredInstances ?? null
      );
    }
    case "training-job":
      return readPrimer(aws, name);
    case "schedule":
      return readSchedule(aws, name);
  }
}

export interface Put {
  readonly resource: ResourceRef;
  readonly from: Plain;
  readonly to: Plain;
  /** What a training pool is started with. */
  readonly pool?: TrainingPool;
}

/** Makes a resource what it should be. The request is accepted when this returns; the effect may take minutes. */
export async function putResource(
  aws: Aws,
  { resource: { kind, name }, from, to, pool }: Put,
): Promise<void> {
  switch (kind) {
    case "scaling":
      return putScaling(aws, name, { from, to });
    case "model":
      return putModel(aws, name, to);
    case "endpoint-config":
      return putConfig(aws, name, to);
    case "routing":
      return updateEndpoint(aws, name, String(to));
    case "weights":
      return setWeights(aws, name, to as Record<string, number>);
    case "count": {
      const [endpoint, variant] = countParts(name);
      return setInstances(aws, endpoint, { name: variant, instances: Number(to) });
    }
    case "training-job":
      return to === null || pool === undefined ? endPool(aws, name) : startPrimer(aws, name, pool);
    case "schedule":
      return putSchedule(aws, name, to);
  }
}

export const countName = (endpoint: string, variant: string) => `${endpoint}/${variant}`;

function countParts(name: string): [string, string] {
  const cut = name.lastIndexOf("/");
  return [name.slice(0, cut), name.slice(cut + 1)];
}
