/** `slipway stop`, `rollback` and `approve`: a person's orders to a release under way, recorded with who gave them. */
import { answer, type OrderOutcome, order } from "../aws/orders.ts";
import { SlipwayError } from "../core/errors.ts";
import { foundText, printable } from "../core/input/bad-input.ts";
import { isReleaseId } from "../core/release/names.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadInput, BadUsage, CommandFailed } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Gives the order and says what follows. Throws BadInput where there is no such release under way. */
export async function giveOrder(
  kind: "stop" | "roll-back",
  line: CommandLine,
  terminal: Terminal,
): Promise<number> {
  const releaseId = releaseOf(line);
  const { aws, who } = await bound(line, terminal);
  const given = { releaseId, kind, by: line.values.by ?? who, nowMs: Date.now() };
  return carriedOut(() => order(aws, given), terminal);
}

/** `slipway approve`: answers the question that an inconclusive stage asks. */
export async function approve(line: CommandLine, terminal: Terminal): Promise<number> {
  const releaseId = releaseOf(line);
  const stage =
    line.values["rollout-stage"] === undefined
      ? undefined
      : numberOf(line, "rollout-stage", { default: 0, min: 0, max: 19, whole: true });
  const said = line.switches.has("reject") ? ("roll-back" as const) : ("proceed" as const);
  const { aws, who } = await bound(line, terminal);
  const given = { releaseId, stage, answer: said, by: line.values.by ?? who, nowMs: Date.now() };
  return carriedOut(() => answer(aws, given), terminal);
}

/** Throws BadUsage where the first word names no release. */
export function releaseOf({ positionals: [releaseId] }: CommandLine): string {
  if (releaseId !== undefined && isReleaseId(releaseId)) return releaseId;
  throw new BadUsage([
    `RELEASE: expected the id of a release such as "chat-assistant-v7-production", found ${foundText(releaseId)}`,
  ]);
}

/** Says what is so. What an order rejects with has changed nothing. */
async function carriedOut(act: () => Promise<OrderOutcome>, { out }: Terminal): Promise<number> {
  const { said, done } = await act().catch((error: unknown) => {
    if (error instanceof SlipwayError && error.name === "NotFound")
      throw new BadInput([error.message], "nothing was changed");
    const { name, message } = error as Error;
    throw new CommandFailed(`nothing was changed: ${name}: ${message}`);
  });
  if (!done) throw new CommandFailed(said);
  tell(out, printable(said));
  return 0;
}
