/** Rights that no rehearsal can ask for, each kind with its reason; the deployment's tests hold each to its shape. */
import type { OwnedRight } from "./rights.ts";

export interface BeyondRuns {
  readonly reason: string;
  readonly is: (right: OwnedRight) => boolean;
}

export const beyondRuns: readonly BeyondRuns[] = [
  {
    reason: "a function writes its own log, which Lambda's runtime does",
    is: ({ action, principal }) =>
      /^logs:(CreateLogStream|PutLogEvents)$/.test(action) && principal !== "machine",
  },
  {
    reason: "traces are sent beside the calls, to a daemon",
    is: ({ action }) => action.startsWith("xray:"),
  },
  {
    reason: "Step Functions sets up the delivery of the machine's log when the machine is made",
    is: ({ action, principal }) => principal === "machine" && action.startsWith("logs:"),
  },
  {
    reason: "an execution that began before functions had versions invokes them without one",
    is: ({ action, principal, resource }) =>
      principal === "machine" && action === "lambda:InvokeFunction" && !resource.endsWith(":*"),
  },
];
