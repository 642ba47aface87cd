/** `slipway doctor`: what of the account, the stack, the rights and the metrics would be in a release's way. */
import type { Bound } from "../aws/binding.ts";
import type { Aws } from "../aws/clients.ts";
import { plansInForce } from "../aws/plans.ts";
import { clusterReadiness } from "../aws/readiness/clusters.ts";
import {
  freezeReadiness,
  inForceReadiness,
  lockReadiness,
  type PlanAsked,
  sharedReadiness,
} from "../aws/readiness/plan.ts";
import { pricesReadiness } from "../aws/readiness/prices.ts";
import { qualityReadiness } from "../aws/readiness/quality.ts";
import { alarmReadiness, releaseReadiness } from "../aws/readiness/release.ts";
import { stackReadiness } from "../aws/readiness/stack.ts";
import type { Plan } from "../core/plan/plan.ts";
import { pricedFor } from "../core/plan/price-list.ts";
import { amiss, type Readiness, unseen, well } from "../core/release/readiness.ts";
import { type Examined, readinessPage } from "../report/readiness.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { failureCode } from "./exit-codes.ts";
import { readPlan } from "./inputs.ts";
import { CommandFailed, looked } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Changes nothing. Resolves to 0 where nothing is amiss, to 1 where something is. */
export async function doctor(line: CommandLine, terminal: Terminal): Promise<number> {
  const [file] = line.positionals;
  const own = file === undefined ? undefined : readPlan(file);
  const nowMs = Date.now();
  const reached = await reachedBy(line, terminal);
  const all =
    "findings" in reached
      ? [reached]
      : [
          await deploymentExamined(reached),
          ...(own === undefined
            ? await plansExamined(reached.aws, nowMs)
            : [await planExamined(reached.aws, { plan: own, file, nowMs })]),
        ];
  const { out } = terminal;
  const isWell = all.every(({ findings }) => findings.every(({ state }) => state !== "amiss"));
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify({ well: isWell, examined: all }, null, 2)}\n`
      : `${readinessPage(all, { width: out.columns, paint: out.paint }).join("\n")}\n`,
  );
  return isWell ? 0 : failureCode;
}

/** The deployment, or why it cannot be reached; that is a finding, too. Throws BadUsage. */
async function reachedBy(line: CommandLine, terminal: Terminal): Promise<Bound | Examined> {
  try {
    return await bound(line, terminal);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return {
      about: "deployment",
      findings: [
        amiss(
          "account and stack",
          error.message,
          "docs/OPERATIONS.md says how a deployment is reached, and which rights that takes",
        ),
        unseen("all else", "is looked at in a deployment that can be reached"),
      ],
    };
  }
}

async function deploymentExamined({ aws, who }: Bound): Promise<Examined> {
  const { account, region, stack } = aws.environment;
  return {
    about: "deployment",
    findings: [
      well("account", `${account}, ${region}, as ${who}`),
      well("stack", `${stack} is there with all its outputs`),
      ...(await stackReadiness(aws)),
    ],
  };
}

/** Of every model that has a plan in force. */
async function plansExamined(aws: Aws, nowMs: number): Promise<Examined[]> {
  const { plans, unread } = await looked("the plans in force could not be read", () => plansInForce(aws));
  const all: Examined[] = unread.map((model) => ({
    about: model,
    findings: [amiss("plan", "is of another version of slipway", "apply it again with this one")],
  }));
  if (plans.length + unread.length === 0)
    all.push({
      about: "plans",
      findings: [amiss("plan", `none is in force in ${aws.environment.stack}`, "slipway plan apply PLAN")],
    });
  for (const plan of plans) all.push(await planExamined(aws, { plan, file: undefined, nowMs }, plans));
  return all;
}

/** `inForce`: the plans that are, where somebody has read them. */
async function planExamined(aws: Aws, asked: PlanAsked, inForce?: readonly Plan[]): Promise<Examined> {
  const { plan, nowMs } = asked;
  const priced = await pricesReadiness(aws, plan, nowMs);
  const findings: Readiness[] = [
    ...(await inForceReadiness(aws, asked)),
    await sharedReadiness(aws, plan, inForce),
    priced.finding,
    ...(await releaseReadiness(aws, { plan: pricedFor(plan, "hosting", priced.listing), nowMs })),
    ...(await clusterReadiness(aws, pricedFor(plan, "training", priced.listing))),
    ...(await qualityReadiness(aws, plan, nowMs)),
    await alarmReadiness(aws, plan),
    await freezeReadiness(aws, plan, nowMs),
    await lockReadiness(aws, plan),
  ];
  return { about: plan.model, findings };
}
