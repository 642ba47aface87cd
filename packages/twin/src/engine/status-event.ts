/** The event that Step Functions puts on the default bus when an execution starts or ends. */
import type { BusEvent } from "../services/event-bridge.ts";
import type { ExecutionRecord } from "./executions.ts";

/**
 * Dates in the detail are epoch milliseconds, absent values null: "Automating Step Functions event delivery with
 * EventBridge", developer guide. The detail's error and cause are left out: ask DescribeExecution.
 */
export function statusEvent(record: ExecutionRecord, nth: number): BusEvent {
  const { executionArn, stateMachineArn, name, status, startMs, stopMs, input, output } = record;
  const [, , , region = "", account = ""] = executionArn.split(":");
  return {
    version: "0",
    id: `00000000-0000-4000-b000-${nth.toString(16).padStart(12, "0")}`,
    "detail-type": "Step Functions Execution Status Change",
    source: "aws.states",
    account,
    time: `${new Date(stopMs ?? startMs).toISOString().slice(0, 19)}Z`,
    region,
    resources: [executionArn],
    detail: {
      executionArn,
      stateMachineArn,
      name,
      status,
      startDate: startMs,
      stopDate: stopMs ?? null,
      input,
      inputDetails: { included: true },
      output: output ?? null,
      outputDetails: output === undefined ? null : { included: true },
    },
  };
}
