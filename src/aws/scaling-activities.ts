/** What Application Auto Scaling has done to endpoints' variants, as far as it tells: six weeks (DescribeScalingActivities). */
import { paginateDescribeScalingActivities } from "@aws-sdk/client-application-auto-scaling";
import type { ScalingActivity } from "../core/audit/scaled.ts";
import type { Aws } from "./clients.ts";

/** Of all variants, be they gone: none is asked for by name, and in which order they come is not said. */
export async function* allActivities({ scaling }: Aws): AsyncIterable<readonly ScalingActivity[]> {
  const pages = paginateDescribeScalingActivities({ client: scaling }, { ServiceNamespace: "sagemaker" });
  for await (const { ScalingActivities = [] } of pages)
    yield ScalingActivities.map((one) => ({
      id: one.ActivityId ?? "",
      at: one.StartTime?.toISOString() ?? "",
      resourceId: one.ResourceId ?? "",
      description: one.Description ?? "",
      cause: one.Cause ?? "",
      status: one.StatusCode ?? "",
    }));
}

/** Those of an endpoint. */
export async function scalingActivities(
  aws: Aws,
  endpoint: string,
  from: string,
): Promise<ScalingActivity[]> {
  const found: ScalingActivity[] = [];
  for await (const some of allActivities(aws))
    found.push(
      ...some.filter(
        ({ at, resourceId }) => at >= from && resourceId.startsWith(`endpoint/${endpoint}/variant/`),
      ),
    );
  return found;
}
