/** `slipway plan apply`, `show` and `remove`: what is in force in a deployment, and how it becomes another, or none. */
import { stringify } from "yaml";
import { putInForce, putOutOfForce, see, seeStanding } from "../aws/applying.ts";
import { targetOf } from "../aws/milestones.ts";
import { changes, stepsAway, stepsTo } from "../core/calendar/application.ts";
import { calendarMistakes } from "../core/calendar/calendar.ts";
import { cronWarnings } from "../core/calendar/cron-warnings.ts";
import { printable } from "../core/input/bad-input.ts";
import { Plan } from "../core/plan/plan.ts";
import { applicationLines } from "../report/application.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { modelOf, noPlan, readPlanFile } from "./inputs.ts";
import { beyond, limitsOf } from "./limits-of-plan.ts";
import { BadInput, BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { lookAhead } from "./plan-ahead.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

const unread = "nothing was changed: what is in force could not be read";

/** Resolves to 0 when the plan and its whole calendar are in force, to 1 when something of it is not. */
export async function planApply(line: CommandLine, terminal: Terminal): Promise<number> {
  const [path] = line.positionals;
  if (path === undefined)
    throw new BadUsage(["PLAN: expected the file of the plan to put in force, found nothing"]);
  const file = readPlanFile(path);
  const { plan } = file;
  const { aws, who } = await bound(line, terminal);
  const now = new Date();
  const limits = await limitsOf(aws, "nothing was changed: ");
  const there = await looked(unread, () => see(aws, plan.model, now.getTime()));
  const mistakes = [
    ...calendarMistakes(plan, there.launches).map((each) => `${path}: ${each}`),
    ...beyond(file, limits, aws.environment),
  ];
  if (mistakes.length > 0) throw new BadInput(mistakes, "nothing was changed");
  const { out, err } = terminal;
  const at = now.toISOString();
  const warnings = [...there.unseen, ...cronWarnings(plan, now.getTime())];
  tell(err, ...warnings.map((each) => `${err.paint.yellow("!")} ${each}`));
  const asking = await lookAhead(aws, plan, { nowMs: now.getTime(), err });
  const steps = [...stepsTo(plan, there, { target: targetOf(aws), nowMs: now.getTime() }), ...asking];
  const show = (taken: Parameters<typeof applicationLines>[0]) =>
    tell(out, ...applicationLines(taken, { at, paint: out.paint }));
  if (line.switches.has("dry-run")) {
    show(steps.map((step) => ({ step })));
    const count = steps.filter(changes).length;
    tell(err, count === 0 ? "nothing would change" : "nothing was changed: this was a dry run");
    return 0;
  }
  const taken = await putInForce(aws, plan, { steps, at, by: who });
  show(taken);
  if (taken.every(({ took }) => took.how === "done")) return 0;
  throw new CommandFailed(
    "the plan is not in force as a whole; the lines above say what is, and running this again finishes",
  );
}

/** Takes a model's plan out of force with its schedules. Resolves to 0 when nothing of it is left. */
export async function planRemove(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = modelOf(line, "whose plan to remove");
  const { aws } = await bound(line, terminal);
  const { unseen, ...there } = await looked(unread, () => seeStanding(aws, model));
  const { out, err } = terminal;
  tell(err, ...unseen.map((each) => `${err.paint.yellow("!")} ${each}`));
  const steps = stepsAway(there, targetOf(aws));
  if (steps.length === 0) {
    out.write(
      `${model} has no plan in ${aws.environment.stack}, and no schedule: nothing is to be removed\n`,
    );
    return 0;
  }
  const show = (taken: Parameters<typeof applicationLines>[0]) =>
    tell(out, ...applicationLines(taken, { at: "", paint: out.paint }));
  if (line.switches.has("dry-run")) {
    show(steps.map((step) => ({ step })));
    tell(err, "nothing was changed: this was a dry run");
    return 0;
  }
  const taken = await putOutOfForce(aws, model, steps);
  show(taken);
  if (taken.every(({ took }) => took.how === "done")) return 0;
  throw new CommandFailed(
    "something of the plan is left; the lines above say what, and running this again finishes",
  );
}

/** Shows the plan in force with its schedules. */
export async function planShow(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = modelOf(line, "whose plan to show");
  const { aws } = await bound(line, terminal);
  const nowMs = Date.now();
  const { inForce, ...stood } = await looked(unread, () => see(aws, model, nowMs));
  const { out } = terminal;
  if (inForce === undefined) throw noPlan(aws.environment.stack, model);
  if (line.switches.has("json")) {
    out.write(`${JSON.stringify({ ...inForce, schedules: stood.standing }, null, 2)}\n`);
    return 0;
  }
  const parsed = Plan.safeParse(inForce.plan);
  const steps = parsed.success
    ? stepsTo(parsed.data, { inForce, ...stood }, { target: targetOf(aws), nowMs })
    : [];
  const asPlanned = steps.map((step) =>
    changes(step) ? { step } : { step, took: { how: "done" as const } },
  );
  const by = inForce.appliedBy === undefined ? "" : ` by ${printable(inForce.appliedBy)}`;
  out.write(
    [
      `${out.paint.bold(model)}, applied ${inForce.appliedAt}${by}`,
      ...applicationLines(asPlanned.slice(1), { at: inForce.appliedAt, paint: out.paint }),
      "",
      stringify(inForce.plan),
    ].join("\n"),
  );
  return 0;
}
