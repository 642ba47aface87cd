/** `slipway revert`: starts a release of a version that has served before, in as few steps as are judged at all. */
import { executionArnOf, executionState, startMachine } from "../aws/executions.ts";
import { pastReleases } from "../aws/history.ts";
import { allKept } from "../aws/kept.ts";
import { readPlan } from "../aws/plans.ts";
import { listingAt } from "../aws/price-list.ts";
import { settled } from "../aws/settling.ts";
import { revertOutlook } from "../core/outlook/revert-outlook.ts";
import type { Plan } from "../core/plan/plan.ts";
import { pricedFor } from "../core/plan/price-list.ts";
import { standingOfKept } from "../core/release/kept.ts";
import { executionName } from "../core/release/names.ts";
import { type RevertTarget, revertInput, revertTarget, typeIn } from "../core/release/reverting.ts";
import { cost, duration } from "../report/text/figures.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { modelOf, noPlan } from "./inputs.ts";
import { BadInput, CommandFailed, looked } from "./mistakes.ts";
import { keptText, keptUnread } from "./reverts.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Says what it takes, and starts it unless that is a dry run. */
export async function revert(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = modelOf(line, "to take back");
  const to =
    line.values.to === undefined
      ? undefined
      : numberOf(line, "to", { default: 0, min: 1, max: 1_000_000, whole: true });
  const { aws, who } = await bound(line, terminal);
  const { stack } = aws.environment;
  const plan = await looked("nothing was started", () => readPlan(aws, model));
  if (plan === undefined) throw noPlan(stack, model);
  const { past } = await looked("nothing was started", () => pastReleases(aws, 0));
  const target = revertTarget(past, { model, to });
  if (typeof target === "string") throw new BadInput([`MODEL: ${target}`]);
  const { out, err } = terminal;
  const listing = await looked("nothing was started", () => listingAt(aws, Date.now()));
  if (listing.refused !== undefined) tell(err, listing.refused);
  tell(out, ...outlook(pricedFor(plan, "hosting", listing), target).split("\n"));
  const { kept, unread } = await looked("nothing was started", () => allKept(aws));
  if (unread.length > 0) tell(err, keptUnread(unread));
  const own = standingOfKept(kept, { endpoint: plan.endpoint.name, version: target.version });
  if (own !== undefined) tell(out, keptText(target.version, own));
  if (line.switches.has("dry-run")) {
    tell(err, "nothing was started: this was a dry run");
    return 0;
  }
  const { version } = target;
  const releaseId = `${model}-v${version}`;
  const name = executionName("revert", {
    stack,
    releaseId,
    nth: new Date().toISOString().replace(/\D/g, "").slice(0, 14),
  });
  const note = line.values.reason ?? `reverted by ${who}`;
  const input = revertInput(plan, target, note);
  const started = await settled(
    () => startMachine(aws, name, input),
    async () => (await executionState(aws, executionArnOf(aws, name))) === "running",
  );
  if (started.how !== "done") throw new CommandFailed(`${model} is not taken back: ${started.why}`);
  tell(out, `${model} is being taken back to version ${version} by execution ${name}`);
  return 0;
}

/** How long it takes and what it costs, at the planned peak. */
function outlook(plan: Plan, target: RevertTarget): string {
  const { instances, instanceType, shares, minutes, usd, isWithinBudget } = revertOutlook(
    plan,
    typeIn(plan, target),
  );
  const steps = shares.map((percent) => `${percent} %`).join(", then ");
  const within = isWithinBudget ? "of" : "over";
  return `version ${target.version} of ${plan.model}: ${instances} ${instanceType} beside what serves, ${steps}, then all; about ${duration(minutes * 60)} and ${cost(usd)} ${within} the budget of ${cost(plan.budget.usdPerRelease)}`;
}
