/** Which CloudWatch metrics tell of the fleets of an endpoint: its platform says so. */
import type { Measure, MetricName } from "./kinds/kind.ts";

export interface FleetMetrics {
  /** Dimensions that tell a variant's series from all others. */
  dimensionsOf(endpoint: string, variant: string): Readonly<Record<string, string>>;
  /** Which of these names the variant. */
  readonly variant: string;
  /** The dimension that names an instance, where metrics are published by instance. */
  readonly instance: string;
  /** The metric of each measure, in its unit. */
  readonly measures: Readonly<Record<Measure, MetricName>>;
}
