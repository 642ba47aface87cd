/** Executions that a test starts and ends by hand, behind the twin's Step Functions. */

import type { ExecutionEvent, ExecutionRecord, ExecutionStatus, Executions } from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { placeOf } from "../../src/rehearsal/release/application.ts";

const { machineName } = placeOf(rehearsedDeployment);
const arn = `arn:aws:states:eu-west-1:123456789012:stateMachine:${machineName}`;

export const machine = {
  arn,
  name: machineName,
  definition: "{}",
  createdMs: 0,
  roleArn: "arn:aws:iam::123456789012:role/machine",
};

export const executionArn = (name: string) => `${arn.replace(":stateMachine:", ":execution:")}:${name}`;

type ExecutionEnds = Partial<Pick<ExecutionRecord, "output" | "error" | "cause">>;

export interface HeldExecutions extends Executions {
  /** Starts one and gives its ARN. */
  begin(name: string, input?: unknown): string;
  /** Has one enter a state, or leave it with a document. */
  enter(name: string, state: string): void;
  leave(name: string, state: string, document: unknown): void;
  /** Ends a running one. */
  end(name: string, status?: ExecutionStatus, how?: ExecutionEnds): void;
  /** Names of all that were started, oldest first, with their inputs. */
  started(): { name: string; input: unknown }[];
}

export function heldExecutions(now: () => number): HeldExecutions {
  const records = new Map<string, ExecutionRecord>();
  const events = new Map<string, ExecutionEvent[]>();
  const write = (name: string, what: Pick<ExecutionEvent, "type" | "name" | "output">) => {
    const before = events.get(executionArn(name)) ?? [];
    const id = before.length + 1;
    events.set(executionArn(name), [...before, { id, previousEventId: id - 1, atMs: now(), ...what }]);
  };
  const find = (executionArn: string) => {
    const found = records.get(executionArn);
    if (found === undefined)
      throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${executionArn}'`);
    return found;
  };
  const end = (executionArn: string, status: ExecutionStatus, how: ExecutionEnds = {}) => {
    const ended = { ...find(executionArn), ...how, status, stopMs: now() };
    records.set(executionArn, ended);
    return ended;
  };
  const start: Executions["start"] = ({ name = `unnamed-${records.size + 1}`, input = "{}" }) => {
    const taken = records.get(executionArn(name));
    if (taken?.status === "RUNNING" && taken.input === input) return taken;
    if (taken !== undefined)
      throw new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${taken.executionArn}'`);
    const record: ExecutionRecord = {
      executionArn: executionArn(name),
      stateMachineArn: arn,
      name,
      status: "RUNNING",
      input,
      startMs: now(),
      stopMs: undefined,
      output: undefined,
      error: undefined,
      cause: undefined,
    };
    records.set(record.executionArn, record);
    return record;
  };
  return {
    start,
    stop: (executionArn) =>
      find(executionArn).status === "RUNNING" ? end(executionArn, "ABORTED") : find(executionArn),
    describe: find,
    list: (status) => [...records.values()].filter((one) => (status ?? one.status) === one.status).reverse(),
    history: (arnOf) => events.get(arnOf) ?? [],
    begin: (name, input = {}) => start({ name, input: JSON.stringify(input) }).executionArn,
    enter: (name, state) => write(name, { type: "TaskStateEntered", name: state }),
    leave: (name, state, output) => write(name, { type: "TaskStateExited", name: state, output }),
    end: (name, status = "ABORTED", how) => void end(executionArn(name), status, how),
    started: () =>
      [...records.values()].map(({ name, input }) => ({ name, input: JSON.parse(input) as unknown })),
  };
}
