/** The kinds of capacity behind Application Auto Scaling, SageMaker's variants aside, and what their targets go by. */
import { ecsService } from "./ecs-service.ts";
import type { ScalableKind } from "./kind.ts";
import { provisionedConcurrency } from "./provisioned-concurrency.ts";
import { tableThroughput } from "./table-throughput.ts";

export const scalableKinds: readonly ScalableKind[] = [ecsService, provisionedConcurrency, tableThroughput];

/** The kind of a namespace and dimension of Application Auto Scaling. */
export const kindOf = (of: {
  readonly namespace: string;
  readonly dimension: string;
}): ScalableKind | undefined =>
  scalableKinds.find(
    ({ namespace, dimensions }) => namespace === of.namespace && dimensions.includes(of.dimension),
  );

/** What a target goes by: its resource, and the property that is scaled where there are several. */
export function targetId(resourceId: string, dimension: string): string {
  const kind = scalableKinds.find(({ dimensions }) => dimensions.includes(dimension));
  return kind === undefined || kind.dimensions.length === 1
    ? resourceId
    : `${resourceId}/${dimension.slice(dimension.lastIndexOf(":") + 1)}`;
}
