/** Releases of several plans in one stack: whose an execution is, and the account that has room for all of them. */
import { describe, expect, it } from "vitest";
import type { ExecutionSummary } from "#twin/engine";
import { createWorld } from "#twin/world";
import { accountOf } from "../../src/rehearsal/account-of-plan.ts";
import { executionsByPlan, modelIn } from "../../src/rehearsal/release/beside.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { fraud, leaning, leaningToo, plan, staged } from "../core/example.ts";

describe("an execution is for the model", () => {
  const models = ["search", "search-eu", "chat"];
  const approved = (ModelPackageGroupName: string) => ({
    source: "aws.sagemaker",
    "detail-type": "SageMaker Model Package State Change",
    detail: {
      ModelPackageGroupName,
      ModelPackageVersion: 7,
      ModelPackageArn: `arn:aws:sagemaker:eu-west-1:123456789012:model-package/${ModelPackageGroupName}/7`,
      ModelApprovalStatus: "Approved",
      UpdatedModelPackageFields: ["ModelApprovalStatus"],
    },
  });

  it.each([
    [{ model: "search", version: 7 }, "search"],
    [approved("chat"), "chat"],
    [{ milestone: { model: "search-eu", kind: "training" } }, "search-eu"],
    [{ compensate: { releaseId: "search-eu-v7-production", why: "it died" } }, "search-eu"],
    [{ compensate: { releaseId: "search-v7-production-r2", why: "it died" } }, "search"],
    [{ scaleDown: { releaseId: "chat-v7-training" } }, "chat"],
    [{ goOn: { releaseId: "search-v7-production", document: {} } }, "search"],
    [{ model: "somebody-elses", version: 7 }, undefined],
    [{ compensate: { releaseId: "somebody-elses-v7-production", why: "it died" } }, undefined],
    ["nonsense", undefined],
  ])("that its input is about: %j", (input, model) => {
    expect(modelIn(input, models)).toBe(model);
  });
});

describe("production that follows from staging", () => {
  const due = { model: staged.model, kind: "production", version: 7, after: "chat-assistant-v7-staging" };
  const inputs: Readonly<Record<string, unknown>> = {
    first: { model: staged.model, version: 7, milestone: "staging" },
    production: { milestone: due },
    swept: { compensate: { releaseId: "chat-assistant-v7-production", why: "it died" } },
    staging: { compensate: { releaseId: "chat-assistant-v7-staging", why: "it died" } },
  };
  const byPlan = (event: unknown) => {
    const all = Object.keys(inputs).map((name) => ({ name }) as ExecutionSummary);
    const { own, others } = executionsByPlan({ plan: staged, event }, all, (name) => inputs[name]);
    const names = (some: readonly ExecutionSummary[]) => some.map(({ name }) => name);
    return { own: names(own), others: others.map((one) => [one.milestone, ...names(one.executions)]) };
  };

  it("is apart from the release that is rehearsed, with what acted for it", () => {
    expect(byPlan(inputs.first)).toEqual({
      own: ["first", "staging"],
      others: [["production", "production", "swept"]],
    });
  });

  it("is not where it is what is rehearsed", () => {
    expect(byPlan({ milestone: due })).toEqual({ own: Object.keys(inputs), others: [] });
  });
});

describe("the account of several plans", () => {
  const beside = [{ plan: leaningToo, event: { model: leaningToo.model, version: 9 } }];
  const account = accountOf(leaning, { model: leaning.model, version: 7 }, beside);
  const { state } = createWorld({ seed: 1, startMs: 0, spec: loadWorld("healthy"), account });

  it("is the first plan's where there is no other", () => {
    expect(accountOf(plan, undefined, [])).toEqual(accountOf(plan));
  });

  it("serves each model on an endpoint of its own, and has in the registry what is asked for of each", () => {
    const serving = [...state.endpoints.values()].map(({ name, variants }) => [name, variants[0]?.modelName]);
    const versions = [...state.modelPackages.values()].map(({ group, version }) => `${group} ${version}`);

    expect(serving).toEqual([
      ["question-answering", "question-answering-v6"],
      ["question-search", "question-search-v6"],
    ]);
    expect(versions).toEqual([
      "question-answering 6",
      "question-answering 7",
      "question-search 6",
      "question-search 7",
      "question-search 9",
    ]);
  });

  it("has once what both lean on, and room for both at one time", () => {
    const ids = [...state.scalables.keys()];
    const [one, other] = [accountOf(leaning), accountOf(leaningToo)];

    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids).toContain("service/prod/tokenizer");
    for (const [type, need] of Object.entries(account.endpointNeeds))
      expect(need).toBe((one.endpointNeeds[type] ?? 0) + (other.endpointNeeds[type] ?? 0));
  });

  it("sends each endpoint its own traffic, and knows the instances of both", () => {
    const both = accountOf(plan, undefined, [{ plan: fraud, event: undefined }]);
    const [other] = both.others ?? [];

    expect((other?.trafficPercent ?? 0) / 100).toBeCloseTo(
      accountOf(fraud).peakRequestsPerSecond / accountOf(plan).peakRequestsPerSecond,
    );
    expect(Object.keys(both.types).sort()).toEqual(
      Object.keys({ ...accountOf(plan).types, ...accountOf(fraud).types }).sort(),
    );
  });
});
