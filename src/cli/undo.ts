/** `slipway undo`: has the last change of a minimum that was made by itself taken back. */
import { foundText } from "../core/input/bad-input.ts";
import { AwsName } from "../core/plan/plan.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadUsage } from "./mistakes.ts";
import { ordered } from "./orders.ts";
import type { Terminal } from "./terminal.ts";

export async function undo(line: CommandLine, terminal: Terminal): Promise<number> {
  const {
    positionals: [endpoint],
    values: { reason },
  } = line;
  const mistakes: string[] = [];
  if (!AwsName.safeParse(endpoint).success)
    mistakes.push(`ENDPOINT: expected the name of an endpoint, found ${foundText(endpoint)}`);
  if (reason === undefined) mistakes.push("--reason: expected why it is taken back, found nothing");
  if (endpoint === undefined || reason === undefined || mistakes.length > 0) throw new BadUsage(mistakes);
  const { aws } = await bound(line, terminal);
  return ordered(aws, { order: "undo-adjustment", endpoint, reason }, terminal);
}
