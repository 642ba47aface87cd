/** `slipway stop`, `rollback` and `approve`: a person's orders to a release under way, sent to the function that takes them. */
import type { Aws } from "../aws/clients.ts";
import { OrderRefused } from "../aws/order-door.ts";
import { foundText, printable } from "../core/input/bad-input.ts";
import { isReleaseId } from "../core/release/names.ts";
import type { OrderReply, PersonsOrder } from "../core/request/persons-order.ts";
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
  const { aws } = await bound(line, terminal);
  return ordered(aws, { order: kind, releaseId }, terminal);
}

/** `slipway approve`: shows the question that an inconclusive stage asks, and answers it. */
export async function approve(line: CommandLine, terminal: Terminal): Promise<number> {
  const releaseId = releaseOf(line);
  const beside = ["pass", "until"].filter((name) => line.values[name] !== undefined);
  if (beside.length > 0)
    throw new BadUsage(beside.map((name) => `--${name}: expected --break-glass beside it, found none`));
  const stage =
    line.values["rollout-stage"] === undefined
      ? undefined
      : numberOf(line, "rollout-stage", { default: 0, min: 0, max: 19, whole: true });
  const said = line.switches.has("reject") ? ("roll-back" as const) : ("proceed" as const);
  const { aws } = await bound(line, terminal);
  const { said: question, seen } = await replyTo(aws, { order: "ask", releaseId });
  if (seen !== undefined) tell(terminal.err, terminal.err.paint.dim(printable(question)));
  return ordered(aws, { order: "answer", releaseId, stage, answer: said, seen }, terminal);
}

/** Throws BadUsage where the first word names no release. */
export function releaseOf({ positionals: [releaseId] }: CommandLine): string {
  if (releaseId !== undefined && isReleaseId(releaseId)) return releaseId;
  throw new BadUsage([
    `RELEASE: expected the id of a release such as "chat-assistant-v7-production", found ${foundText(releaseId)}`,
  ]);
}

/** Sends an order and says what is so. Throws BadInput where it is about nothing that there is, else CommandFailed. */
export async function ordered(aws: Aws, order: PersonsOrder, { out }: Terminal): Promise<number> {
  const { said, done } = await replyTo(aws, order);
  if (!done) throw new CommandFailed(said);
  tell(out, ...said.split("\n").map(printable));
  return 0;
}

/** Throws as `ordered` does. */
export async function replyTo({ door, environment }: Aws, order: PersonsOrder): Promise<OrderReply> {
  if (door === undefined)
    throw new CommandFailed(
      `stack ${environment.stack}: expected its output OrdersUrl, found nothing; deploy it again with this version`,
    );
  try {
    return await door(order);
  } catch (error) {
    const { name, message } = error as Error;
    if (!(error instanceof OrderRefused))
      throw new CommandFailed(`it could not be seen whether the order was carried out (${message})`);
    if (name === "NotFound" || name === "BadInput") throw new BadInput([message], "nothing was changed");
    throw new CommandFailed(`nothing was changed: ${name}: ${message}`);
  }
}
