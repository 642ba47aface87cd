/** `slipway freeze`: declares a time in which no new stage may start, for one endpoint or all, or lifts it. */
import { foundText } from "../core/input/bad-input.ts";
import { AwsName } from "../core/plan/plan.ts";
import type { PersonsOrder } from "../core/request/persons-order.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadUsage } from "./mistakes.ts";
import { ordered } from "./orders.ts";
import type { Terminal } from "./terminal.ts";

export async function freeze(line: CommandLine, terminal: Terminal): Promise<number> {
  const [endpoint = "*"] = line.positionals;
  if (endpoint !== "*" && !AwsName.safeParse(endpoint).success)
    throw new BadUsage([`ENDPOINT: expected the name of an endpoint, found ${foundText(endpoint)}`]);
  const order = line.switches.has("lift") ? lifting(line, endpoint) : declaring(line, endpoint);
  const { aws } = await bound(line, terminal);
  return ordered(aws, order, terminal);
}

function lifting({ values }: CommandLine, endpoint: string): PersonsOrder {
  const beside = ["reason", "until"].filter((name) => values[name] !== undefined);
  if (beside.length > 0)
    throw new BadUsage(beside.map((name) => `--${name}: expected no --lift beside it, found both`));
  return { order: "lift-freeze", endpoint };
}

function declaring({ values }: CommandLine, endpoint: string): PersonsOrder {
  const { reason, until } = values;
  const mistakes: string[] = [];
  if (reason === undefined) mistakes.push("--reason: expected why nothing may start, found nothing");
  if (until !== undefined && !(Date.parse(until) > Date.now()))
    mistakes.push(`--until: expected a time to come such as 2026-12-24T08:00:00Z, found ${foundText(until)}`);
  if (reason === undefined || mistakes.length > 0) throw new BadUsage(mistakes);
  return {
    order: "freeze",
    endpoint,
    reason,
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  };
}
