/**
 * What is rehearsed: the state machine as deployed, the steps as deployed, the sweep and the fetch of prices with their
 * rule and schedules as serverless.yml has them, and the invariants that watch.
 */

import type { Rate, Rule } from "#twin/engine";
import { allStates } from "#twin/engine";
import { compilePattern, type EventPattern } from "#twin/services";
import { applyPlanOn, functionsOn, personOn, stepsOn } from "../../functions/index.ts";
import definition from "../../statemachines/release.asl.json" with { type: "json" };
import { type Deployment, rehearsedDeployment } from "../core/deployment.ts";
import { functionTimeoutSeconds, longestTimeoutSeconds } from "../core/wait.ts";
import { alarmsOf } from "./deployed-alarms.ts";
import {
  type DeployedRule,
  type DeployedSchedule,
  deployedRules,
  deployedSchedules,
  digestAt,
  namedRepositories,
  ownMachine,
  ownNames,
} from "./deployed-events.ts";
import { observeInvariants } from "./invariants/invariants.ts";
import { observeKept } from "./kept.ts";
import { gateOf } from "./permissions/parameters.ts";
import type { RehearsalParts } from "./release/request.ts";

/** The time-out of every function, those of the schedules as well; a spike is sent in one go. */
const timeouts = {
  ...Object.fromEntries(
    [
      ...allStates(definition).map(([name]) => name),
      ...[
        "ReapLeases",
        "FetchPrices",
        "TakeOrder",
        "TakeWebhook",
        "WatchLoad",
        "WatchQuality",
        "TellPeople",
        "TellDigest",
      ],
    ].map((name) => [name, functionTimeoutSeconds]),
  ),
  RehearseSpike: longestTimeoutSeconds,
};

/** When a digest is told where nobody says otherwise (serverless.yml, `digestAt`): 07:00 UTC of each Monday; 1970 began with a Thursday. */
const mondays = { everySeconds: 7 * 86_400, phaseSeconds: 4 * 86_400 + 7 * 3600 };

const unitSeconds: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

export const releaseParts: RehearsalParts = {
  definition,
  functionTimeoutSeconds: timeouts,
  stepsOn,
  functionsOn,
  prepare: applyPlanOn,
  rules: rulesOf(rehearsedDeployment),
  rulesOf,
  rates: deployedSchedules.map(rateOf),
  person: personOn,
  observe: [observeInvariants, observeKept],
  alarmsOf,
  gate: gateOf,
};

/** A function's name in the rehearsal, which is its file's and state's: reapLeases → ReapLeases. */
function stepName(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function rulesOf(deployment: Deployment): Rule[] {
  return deployedRules.map((rule) => ruleOf(rule, deployment));
}

function ruleOf({ function: name, pattern }: DeployedRule, { stateMachineArn, stack }: Deployment): Rule {
  const own = JSON.stringify(pattern)
    .replaceAll(ownMachine, stateMachineArn)
    // A rehearsed deployment was given every repository.
    .replaceAll(namedRepositories, "*")
    .replaceAll(ownNames, `${stack}-`);
  const matches = compilePattern(JSON.parse(own) as EventPattern);
  return { ...(name !== undefined && { function: stepName(name) }), matches };
}

function rateOf({ function: name, rate, input }: DeployedSchedule): Rate {
  if (rate === digestAt) return { function: stepName(name), ...mondays, event: input };
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(rate) ?? [];
  if (unit === undefined) throw new Error(`expected a rate in minutes, hours or days, found ${rate}`);
  const everySeconds = Number(count) * (unitSeconds[unit] ?? 60);
  return { function: stepName(name), everySeconds, event: input };
}
