/** Where a release's trace is sent as it closes: the part of a plan that names a collector of OpenTelemetry's. */
import * as z from "zod";

/**
 * The default path of OTLP/HTTP (OTLP specification, "OTLP/HTTP Request") is asked for: what is posted here reaches no other
 * listener of a function's own host, as the Lambda runtime's API is. Without https a trace goes no further than that host,
 * where a collector may run as an extension. A user or a query has no place: plans are read by many, and logged.
 */
const collector =
  /^(?:https:\/\/[A-Za-z0-9.-]+|http:\/\/(?:localhost|127\.0\.0\.1))(?::\d{1,5})?(?:\/[\w.~-]+)*\/v1\/traces$/;

export const Telemetry = z
  .strictObject({
    otlp: z
      .string()
      .max(1024)
      .regex(
        collector,
        "a URL such as https://collector.example.com/v1/traces, or http://localhost:4318/v1/traces",
      )
      .describe(
        "Where a collector takes traces by OTLP/HTTP in JSON; https, or http on the function's own host. It must ask for no key: a plan holds no secrets.",
      ),
  })
  .describe("Where a trace of each release is sent once it has closed. Absent: nowhere.");
export type Telemetry = z.infer<typeof Telemetry>;
