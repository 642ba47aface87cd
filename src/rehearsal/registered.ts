/** What of a request cannot be rehearsed, since neither the plan nor the registry of any world has it. */

import { modelPackageArn } from "#twin/world";
import { foundText, type Mistake, nearest } from "../core/input/bad-input.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { ReleaseRequest } from "../core/request/normalised.ts";
import { accountOf } from "./account-of-plan.ts";

/**
 * Empty where nothing is wrong. In an account, what the registry tells of a model without a plan is ignored; whoever
 * hands it to a rehearsal of another model's plan has taken the wrong file.
 */
export function mistakesForTwin(request: ReleaseRequest, plan: Plan): Mistake[] {
  const { trigger, model } = request;
  if (model !== plan.model) {
    const where = trigger === "registry" ? "detail.ModelPackageGroupName" : "model";
    return [one(where, `${foundText(plan.model)}, the model of the plan`, model, [plan.model])];
  }
  return [...unplanned(request, plan), ...(trigger === "registry" ? unheardOf(request, plan) : [])];
}

function one(where: string, expected: string, found: string, choices: readonly string[]): Mistake {
  const hint = nearest(found, choices);
  const mistake = { where, expected, found: foundText(found) };
  return hint === undefined ? mistake : { ...mistake, hint: JSON.stringify(hint) };
}

function unplanned({ trigger, milestone, releaseType }: ReleaseRequest, plan: Plan): Mistake[] {
  const mistakes: Mistake[] = [];
  const milestones = keysOf(plan.milestones);
  if (!milestones.includes(milestone)) {
    const where = trigger === "schedule" ? "milestone.kind" : "milestone";
    mistakes.push(one(where, `a milestone of the plan (${milestones.join(", ")})`, milestone, milestones));
  }
  const types = keysOf(plan.releaseTypes);
  if (releaseType !== undefined && !types.includes(releaseType))
    mistakes.push(one("releaseType", `a type of the plan (${types.join(", ")})`, releaseType, types));
  return mistakes;
}

/** Two plans of one stack have a model and an endpoint each. */
export function mistakesBeside(plan: Plan, other: Plan): Mistake[] {
  const expected = (what: string) => `another ${what} than that of the plan that it is beside`;
  return [
    ...(plan.model === other.model ? [one("model", expected("model"), other.model, [])] : []),
    ...(plan.endpoint.name === other.endpoint.name
      ? [one("endpoint.name", expected("endpoint"), other.endpoint.name, [])]
      : []),
  ];
}

const keysOf = (map: object): string[] =>
  Object.entries(map).flatMap(([key, value]) => (value === undefined ? [] : [key]));

/** The registry has every version that is asked for; but an event names its package by ARN, and the twin has an account and a region of its own. */
function unheardOf({ model, version = 0, modelPackageArn: named }: ReleaseRequest, plan: Plan): Mistake[] {
  const expected = modelPackageArn(model, version, accountOf(plan).registryAccount);
  return named === undefined || named === expected
    ? []
    : [
        {
          where: "detail.ModelPackageArn",
          expected: `${JSON.stringify(expected)}, ${plan.modelPackageGroupArn === undefined ? "the twin's account and region" : "of the registry that the plan names"}`,
          found: JSON.stringify(named),
        },
      ];
}
