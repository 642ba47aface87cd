/** One plan in force after another, with everything that may happen to a schedule, and what must come of it. */
import { join } from "node:path";
import { CreateScheduleCommand, GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { stringify } from "yaml";
import { limitsInForce } from "../../src/aws/capacity-limits.ts";
import { applyPlan, readPlan } from "../../src/aws/plans.ts";
import { type MilestoneKind, milestoneKinds, type Plan, type When } from "../../src/core/plan/plan.ts";
import { ScalingRule } from "../../src/core/plan/scaling-rule.ts";
import { formerMilestoneName, milestoneName } from "../../src/core/release/names.ts";
import { movingDates, plan } from "../core/example.ts";
import type { Scenario } from "./refusals.ts";
import { folderWith, type ServedAccount } from "./served-account.ts";
import { type Spoken, say } from "./spoken.ts";

const { pool } = plan.milestones.training ?? {};

function planFile(
  when: { readonly [K in MilestoneKind]?: When },
  usdPerRelease: number,
  { scaling, rollout = {} }: { scaling?: Plan["scaling"]; rollout?: Partial<Plan["rollout"]> } = {},
): string {
  const dated = Object.entries(when).map(([kind, each]) => [kind, { when: each, pool }]);
  const milestones = { production: plan.milestones.production, ...Object.fromEntries(dated) };
  const written: Plan = {
    ...plan,
    rollout: { ...plan.rollout, ...rollout },
    budget: { ...plan.budget, usdPerRelease },
    milestones,
    scaling,
  };
  return join(folderWith({ "plan.yml": stringify(written) }), "plan.yml");
}

const cron = (hour: number): When => ({
  cron: `cron(0 ${hour} ? * MON *)`,
  timeZone: "UTC",
  start: "on-date",
});
const on = (at: string): When => ({ at, timeZone: "UTC", start: "on-date" });

/** Data collection goes, training moves, validation comes, and the date of staging is over. */
export const old = planFile(
  { "data-collection": cron(1), training: cron(2), staging: on("2101-01-01T00:00:00") },
  120,
);
export const next = planFile(
  { training: cron(3), validation: cron(4), staging: on("2020-01-01T00:00:00") },
  90,
);

/** One whose endpoint's minimum follows its load. */
export const followed = planFile({}, 90, {
  scaling: ScalingRule.parse({ minInstances: 4, maxInstances: 14, maxUsdPerHour: 20 }),
});

/** One that lets AWS be asked for more of a quota. */
export const asking = planFile({}, 90, { rollout: { onShortQuota: { requestIncrease: true } } });

export const keyOf = (kind: MilestoneKind) => ({
  GroupName: "slipway-dev",
  Name: milestoneName({ stack: "slipway-dev", model: plan.model, kind }),
});

interface State {
  readonly budget: number | undefined;
  readonly [kind: string]: string | number | undefined;
}

export async function stateOf({ aws }: ServedAccount): Promise<State> {
  const expressionOf = (key: { GroupName?: string; Name: string }) =>
    aws.scheduler.send(new GetScheduleCommand(key)).then(
      ({ ScheduleExpression }) => ScheduleExpression,
      () => undefined,
    );
  const schedules = await Promise.all(
    milestoneKinds.map(async (kind) => [kind, await expressionOf(keyOf(kind))] as const),
  );
  return {
    budget: (await readPlan(aws, plan.model))?.budget.usdPerRelease,
    ...Object.fromEntries(schedules),
    former: await expressionOf(former),
  };
}

/** By the words of a line: what it says of the schedule of its milestone, `first` and `second` being the dates in it. */
const sayings: readonly (readonly [RegExp, (dates: readonly string[]) => string | undefined])[] = [
  [/is now/, ([, second]) => second],
  [/ removed,|not scheduled$|not scheduled:/, () => undefined],
  [/scheduled/, ([first]) => first],
];

/** What the lines say is so, read by their words alone. */
function claimed({ out }: Spoken, was: unknown): State {
  const said: Record<string, unknown> = { ...(was as State) };
  for (const line of out.split("\n")) {
    const [, kind = "", text = ""] = /^[✔✖–] (\S+) +(.*)$/.exec(line) ?? [];
    const saying = sayings.find(([words]) => words.test(text));
    const of = text.includes("an earlier version made it") ? "former" : kind;
    if (kind === "plan" && text.startsWith("is in force since")) said.budget = 90;
    else if (kind === "plan" && text.endsWith("is removed")) said.budget = undefined;
    else if (saying !== undefined) said[of] = saying[1](text.match(/(cron|at)\([^)]*\)/g) ?? []);
  }
  return said as State;
}

/** What an earlier version made for the milestone, outside the stack's group. */
const former = { Name: formerMilestoneName({ model: plan.model, kind: "training" }) };

async function oldInForce({ aws }: ServedAccount): Promise<void> {
  await say("plan", "apply", old);
  const { stateMachineArn: Arn, schedulerRoleArn: RoleArn } = aws.environment;
  const settings = {
    ScheduleExpression: "cron(0 5 ? * MON *)",
    FlexibleTimeWindow: { Mode: "OFF" },
  } as const;
  await aws.scheduler.send(
    new CreateScheduleCommand({ ...former, ...settings, Target: { Arn, RoleArn, Input: "{}" } }),
  );
}

export const applying: Scenario = {
  before: oldInForce,
  command: ["plan", "apply", next],
  look: stateOf,
  said: claimed,
  done: {
    budget: 90,
    "data-collection": undefined,
    training: "cron(0 3 ? * MON *)",
    validation: "cron(0 4 ? * MON *)",
    staging: undefined,
    production: undefined,
    former: undefined,
  },
};

export const removing: Scenario = {
  before: oldInForce,
  command: ["plan", "remove", plan.model],
  look: stateOf,
  said: claimed,
  done: {
    budget: undefined,
    "data-collection": undefined,
    training: undefined,
    validation: undefined,
    staging: undefined,
    production: undefined,
    former: undefined,
  },
};

/** Beside another plan whose releases have dates, in an account whose quotas are AWS's defaults: all is looked at. */
export const dating: Scenario = {
  before: async ({ aws, world }) => {
    const quotas = world.quotas as unknown as { applied: boolean }[];
    for (const quota of quotas) quota.applied = false;
    const when: When = { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "ahead" };
    await applyPlan(
      aws,
      { ...plan, model: "other", milestones: { ...movingDates, production: { when } } },
      new Date().toISOString(),
    );
  },
  command: ["calendar"],
  look: async () => "",
  said: (_, was) => was,
  done: "",
};

/** Limits within which the sample is, and tighter ones. */
export const limitsFile = (instancesPerEndpoint: number): string =>
  join(
    folderWith({
      "limits.yml": `owner: infra\ncontact: "#infra"\nceilings: { instancesPerEndpoint: ${instancesPerEndpoint} }\n`,
    }),
    "limits.yml",
  );

/** Other limits in place of those in force, with a plan in force. */
export const limiting: Scenario = {
  before: async ({ aws, now }) => {
    await applyPlan(aws, plan, new Date(now()).toISOString());
    await say("limits", "apply", limitsFile(40));
  },
  command: ["limits", "apply", limitsFile(20)],
  look: async ({ aws }) => (await limitsInForce(aws))?.limits.ceilings.instancesPerEndpoint,
  said: ({ out }, was) => (/version 2 is in force/.test(out) ? 20 : was),
  done: 20,
};
