/** `slipway limits apply` and `show`: what the infrastructure's owner allows all plans of a deployment. */
import { stringify } from "yaml";
import { applyLimits, limitsInForce } from "../aws/capacity-limits.ts";
import type { Aws } from "../aws/clients.ts";
import { plansInForce } from "../aws/plans.ts";
import { settled } from "../aws/settling.ts";
import { formatMistake, printable } from "../core/input/bad-input.ts";
import { limitBreaches } from "../core/outlook/limit-breaches.ts";
import type { CapacityLimits, LimitsInForce } from "../core/plan/capacity-limits.ts";
import { differences } from "../core/plan/difference.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { readLimits } from "./limits-of-plan.ts";
import { BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

const unread = "nothing was changed: what is in force could not be read";

/** Says what differs, and which plans in force are beyond the limits then; resolves to 0 once they are in force. */
export async function limitsApply(line: CommandLine, terminal: Terminal): Promise<number> {
  const [path] = line.positionals;
  if (path === undefined) throw new BadUsage(["FILE: expected the file of the limits, found nothing"]);
  const { $schema: _, ...limits } = readLimits(path);
  const { aws, who } = await bound(line, terminal);
  const before = await looked(unread, () => limitsInForce(aws));
  const { out, err } = terminal;
  const changed = differences(before?.limits, JSON.parse(JSON.stringify(limits)));
  if (before !== undefined && changed.length === 0) {
    tell(out, `version ${before.version} is in force unchanged, since ${before.appliedAt}`);
    return 0;
  }
  const version = (before?.version ?? 0) + 1;
  const told = before === undefined ? [] : changed.map(differenceLine);
  tell(out, ...told, ...(await looked(unread, () => beyondIn(aws, limits))));
  if (line.switches.has("dry-run")) {
    tell(err, `version ${version} would be in force; nothing was changed: this was a dry run`);
    return 0;
  }
  const appliedAt = new Date().toISOString();
  const next: LimitsInForce = { version, limits, appliedAt, appliedBy: who };
  const took = await settled(
    () => applyLimits(aws, next),
    async () => (await limitsInForce(aws))?.appliedAt === appliedAt,
  );
  if (took.how !== "done")
    throw new CommandFailed(
      took.how === "failed"
        ? `the limits are not in force: ${took.why}`
        : `it could not be seen whether the limits are in force: ${took.why}`,
    );
  tell(out, `${out.paint.green("✔")} version ${version} is in force since ${appliedAt}`);
  return 0;
}

const differenceLine = ({ where, from, to }: ReturnType<typeof differences>[number]): string =>
  from === undefined ? `${where}: ${to}, new` : `${where}: ${from} → ${to ?? "nothing"}`;

/** Releases of these are refused as they open. */
async function beyondIn(aws: Aws, limits: CapacityLimits): Promise<string[]> {
  const { plans, unread: others } = await plansInForce(aws);
  const { region } = aws.environment;
  return [
    ...plans.flatMap((plan) =>
      limitBreaches(plan, limits, { region }).map(
        (each) => `! the plan in force of ${plan.model}: ${formatMistake(each)}`,
      ),
    ),
    ...others.map(
      (model) => `! the plan of ${model} is of another version of slipway, and was not looked at`,
    ),
  ];
}

/** Touches nothing. */
export async function limitsShow(line: CommandLine, terminal: Terminal): Promise<number> {
  const { aws } = await bound(line, terminal);
  const found = await looked("the limits could not be read", () => limitsInForce(aws));
  const { out } = terminal;
  if (found === undefined) {
    tell(out, `no limits are in force in ${aws.environment.stack}`);
    return 0;
  }
  const { version, appliedAt, appliedBy, limits } = found;
  const head = `# version ${version}, applied ${appliedAt} by ${printable(appliedBy)}`;
  out.write(`${head}\n${stringify(limits)}`);
  return 0;
}
