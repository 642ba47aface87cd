/** The rules and the schedule of serverless.yml are those of the rehearsal, and let through what they are for. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { BusEvent, EventPattern } from "#twin/services";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import {
  type DeployedRule,
  type DeployedSchedule,
  deployedRules,
  deployedSchedules,
} from "../../src/rehearsal/deployed-events.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";

interface Source {
  readonly eventBridge?: { readonly pattern?: EventPattern; readonly event?: EventPattern };
  readonly schedule?: Omit<DeployedSchedule, "function">;
}
type Sources = Readonly<Record<string, { readonly events?: readonly Source[] }>>;
interface Wiring {
  readonly functions: Sources;
  readonly stepFunctions: { readonly stateMachines: Sources };
}

const root = new URL("../../", import.meta.url);
const textOf = (path: string) => readFileSync(new URL(path, root), "utf8");
const { functions, stepFunctions } = parse(textOf("serverless.yml"), { logLevel: "error" }) as Wiring;
const sourcesOf = (all: Sources) =>
  Object.entries(all).flatMap(([name, { events = [] }]) => events.map((source) => ({ name, source })));

describe("what serverless.yml starts by itself", () => {
  it("has the rules of the rehearsal, no more and no other", () => {
    const rules = [
      ...sourcesOf(functions).map(({ name, source }) => ({
        function: name,
        pattern: source.eventBridge?.pattern,
      })),
      ...sourcesOf(stepFunctions.stateMachines).map(({ source }) => ({ pattern: source.eventBridge?.event })),
    ].filter(({ pattern }) => pattern !== undefined);

    expect(rules).toEqual(deployedRules satisfies readonly DeployedRule[]);
  });

  it("has the schedules of the rehearsal", () => {
    const schedules = sourcesOf(functions).flatMap(({ name, source: { schedule } }) =>
      schedule === undefined ? [] : [{ function: name, ...schedule }],
    );

    expect(schedules).toEqual(deployedSchedules);
  });

  it("knows no other kind of source", () => {
    const sources = [...sourcesOf(functions), ...sourcesOf(stepFunctions.stateMachines)];

    expect(new Set(sources.flatMap(({ source }) => Object.keys(source)))).toEqual(
      new Set(["eventBridge", "schedule"]),
    );
  });
});

const goesTo = (event: object): (string | undefined)[] =>
  (releaseParts.rules ?? [])
    .filter((rule) => rule.matches(event as BusEvent))
    .map((rule) => rule.function ?? "the state machine");

describe("a deployed rule", () => {
  it.each([
    ["registry-approved", ["the state machine"]],
    // The event does not say what the status was before: the step that opens a release finds out.
    ["registry-life-cycle", ["the state machine"]],
    ["registry-pending", []],
    ["registry-rejected", []],
    ["work-ended", ["the state machine"]],
    ["image-pushed", ["the state machine"]],
  ])("hands events/%s.json to %j", (name, targets) => {
    expect(goesTo(JSON.parse(textOf(`events/${name}.json`)))).toEqual(targets);
  });

  it("lets no priming job of the stack's own, and no work that failed or goes on, start anything", () => {
    const event = JSON.parse(textOf("events/work-ended.json")) as { detail: object };
    const job = (detail: object) => goesTo({ ...event, detail: { ...event.detail, ...detail } });
    expect(job({ TrainingJobName: `${rehearsedDeployment.stack}-chat-training-primer-abc` })).toEqual([]);
    expect(job({ TrainingJobStatus: "Failed" })).toEqual([]);
    expect(job({ TrainingJobStatus: "InProgress" })).toEqual([]);
  });

  it("hands over no deletion of an image, and no push that failed", () => {
    const event = JSON.parse(textOf("events/image-pushed.json")) as { detail: object };
    const of = (detail: object) => goesTo({ ...event, detail: { ...event.detail, ...detail } });
    expect(of({ "action-type": "DELETE" })).toEqual([]);
    expect(of({ result: "FAILURE" })).toEqual([]);
  });

  it("hands over processing jobs and executions of pipelines that have succeeded", () => {
    const of = (type: string, detail: object) =>
      goesTo({ source: "aws.sagemaker", "detail-type": `SageMaker ${type}`, detail });
    expect(of("Processing Job State Change", { ProcessingJobStatus: "Completed" })).toHaveLength(1);
    expect(of("Processing Job State Change", { ProcessingJobStatus: "Stopped" })).toHaveLength(0);
    const pipeline = "Model Building Pipeline Execution Status Change";
    expect(of(pipeline, { currentPipelineExecutionStatus: "Succeeded" })).toHaveLength(1);
    expect(of(pipeline, { currentPipelineExecutionStatus: "Executing" })).toHaveLength(0);
  });

  it.each([
    ["ABORTED", rehearsedDeployment.stateMachineArn, ["ReapLeases"]],
    ["FAILED", rehearsedDeployment.stateMachineArn, ["ReapLeases"]],
    ["TIMED_OUT", rehearsedDeployment.stateMachineArn, ["ReapLeases"]],
    ["RUNNING", rehearsedDeployment.stateMachineArn, []],
    ["SUCCEEDED", rehearsedDeployment.stateMachineArn, []],
    ["FAILED", `${rehearsedDeployment.stateMachineArn}-of-others`, []],
  ])("hands an execution's end as %s of %s to %j", (status, stateMachineArn, targets) => {
    const event = {
      source: "aws.states",
      "detail-type": "Step Functions Execution Status Change",
      detail: { status, stateMachineArn },
    };

    expect(goesTo(event)).toEqual(targets);
  });
});
