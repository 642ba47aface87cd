/** `slipway plan`: what a plan means, and putting it in force. */
import { putInForce } from "../aws/milestones.ts";
import { outlookOf } from "../core/outlook.ts";
import { meanRequestsPerSecond } from "../rehearsal/world/traffic.ts";
import { outlookPage } from "../report/outlook.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { readPlan, readWorld } from "./inputs.ts";
import { BadUsage, CommandFailed } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. Throws BadInput. */
export async function plan(line: CommandLine, { out }: Terminal): Promise<number> {
  const valid = readPlan(line.positionals[0]);
  const { spec } = readWorld(line.values.world ?? "healthy");
  const mean = meanRequestsPerSecond(spec.traffic, valid.requirements.peakRequestsPerSecond);
  const outlook = outlookOf(valid, {
    requestsPerSecond: Math.round(mean * 10) / 10,
    errorPercent: spec.service.errorPercent,
  });
  const page = { width: out.columns, paint: out.paint };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(outlook, null, 2)}\n`
      : `${outlookPage(outlook, page).join("\n")}\n`,
  );
  return 0;
}

/** Puts the plan into the table of the account that the environment leads to. */
export async function planApply(line: CommandLine, terminal: Terminal): Promise<number> {
  const [path] = line.positionals;
  if (path === undefined)
    throw new BadUsage(["PLAN: expected the file of the plan to put in force, found nothing"]);
  const valid = readPlan(path);
  const { out } = terminal;
  const aws = await bound(line, terminal);
  const { table, region } = aws.environment;
  let calendar: string[];
  try {
    calendar = await putInForce(aws, valid, new Date().toISOString());
  } catch (error) {
    const { name, message } = error as Error;
    throw new CommandFailed(`the plan is not in force: table ${table} in ${region}: ${name}: ${message}`);
  }
  out.write(
    `${out.paint.green("✔")} the plan of ${out.paint.bold(valid.model)} is in force: table ${table} in ${region}\n`,
  );
  for (const milestone of calendar) out.write(`  scheduled  ${milestone}\n`);
  return 0;
}
