/** What SageMaker publishes of a variant (developer guide, "Monitor SageMaker with CloudWatch"). */
import type { FleetMetrics } from "../../../core/kpis/fleet-metrics.ts";
import type { MetricName } from "../../../core/kpis/kinds/kind.ts";

/** Of an endpoint's requests. */
const ofRequests = (metric: string): MetricName => ({ namespace: "AWS/SageMaker", metric });
/** Of its instances: reported whether requests come or not. */
const ofInstances = (metric: string): MetricName => ({ namespace: "/aws/sagemaker/Endpoints", metric });

export const metrics: FleetMetrics = {
  dimensionsOf: (EndpointName, VariantName) => ({ EndpointName, VariantName }),
  variant: "VariantName",
  instance: "InstanceId",
  measures: {
    requests: ofRequests("Invocations"),
    "client-errors": ofRequests("Invocation4XXErrors"),
    "server-errors": ofRequests("Invocation5XXErrors"),
    "model-errors": ofRequests("InvocationModelErrors"),
    latency: ofRequests("ModelLatency"),
    cpu: ofInstances("CPUUtilization"),
    gpu: ofInstances("GPUUtilization"),
    memory: ofInstances("MemoryUtilization"),
  },
};
