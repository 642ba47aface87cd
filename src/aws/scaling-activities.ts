/** What Application Auto Scaling has done to an endpoint's variants, as far as it tells: six weeks (DescribeScalingActivities). */
import { paginateDescribeScalingActivities } from "@aws-sdk/client-application-auto-scaling";
import type { ScalingActivity } from "../core/audit/scaled.ts";
import type { Aws } from "./clients.ts";

/** Of all variants, be they gone: none is asked for by name, and in which order they come is not said. */
export async function scalingActivities(
  { scaling }: Aws,
  endpoint: string,
  from: string,
): Promise<ScalingActivity[]> {
  const pages = paginateDescribeScalingActivities({ client: scaling }, { ServiceNamespace: "sagemaker" });
  const found: ScalingActivity[] = [];
  for await (const { ScalingActivities = [] } of pages) {
    const all = ScalingActivities.map((one) => ({
      at: one.StartTime?.toISOString() ?? "",
      resourceId: one.ResourceId ?? "",
      description: one.Description ?? "",
      cause: one.Cause ?? "",
      status: one.StatusCode ?? "",
    }));
    found.push(
      ...all.filter(
        ({ at, resourceId }) => at >= from && resourceId.startsWith(`endpoint/${endpoint}/variant/`),
      ),
    );
  }
  return found;
}
