/** `slipway freeze`: declares a time in which no new stage may start, for one endpoint or all, or lifts it. */
import { declareFreeze, liftFreeze } from "../aws/freezes.ts";
import { foundText } from "../core/input/bad-input.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadUsage } from "./mistakes.ts";
import { orderedBy } from "./orders.ts";
import type { Terminal } from "./terminal.ts";

export async function freeze(line: CommandLine, terminal: Terminal): Promise<number> {
  const { out } = terminal;
  const endpoint = line.positionals[0] ?? "*";
  const where = endpoint === "*" ? "all endpoints" : `endpoint ${endpoint}`;
  if (line.switches.has("lift")) {
    const beside = ["reason", "until"].filter((name) => line.values[name] !== undefined);
    if (beside.length > 0)
      throw new BadUsage(beside.map((name) => `--${name}: expected no --lift beside it, found both`));
    await liftFreeze((await bound(line, terminal)).aws, endpoint);
    out.write(`the freeze of ${where} is lifted; windows in plans stand\n`);
    return 0;
  }
  const { reason, until } = line.values;
  const mistakes: string[] = [];
  if (reason === undefined) mistakes.push("--reason: expected why nothing may start, found nothing");
  if (until !== undefined && !(Date.parse(until) > Date.now()))
    mistakes.push(`--until: expected a time to come such as 2026-12-24T08:00:00Z, found ${foundText(until)}`);
  if (reason === undefined || mistakes.length > 0) throw new BadUsage(mistakes);
  const by = orderedBy(line);
  const end = until === undefined ? {} : { until: new Date(until).toISOString() };
  await declareFreeze((await bound(line, terminal)).aws, endpoint, { by, reason, ...end });
  out.write(
    `${where}: no new stage starts ${until === undefined ? "until it is lifted" : `until ${until}`}\n`,
  );
  return 0;
}
