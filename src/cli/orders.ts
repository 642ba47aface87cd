/** `slipway stop` and `slipway rollback`: a person's orders to a release under way, recorded with who gave them. */
import { hostname, userInfo } from "node:os";
import { answer, order } from "../aws/orders.ts";
import { SlipwayError } from "../core/errors.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Who gives an order: as said, or the user of this machine. */
export const orderedBy = ({ values }: CommandLine): string =>
  values.by ?? `${userInfo().username}@${hostname()}`;

/** Gives the order and says what follows. Throws BadInput where there is no such release under way. */
export async function giveOrder(
  kind: "stop" | "roll-back",
  line: CommandLine,
  terminal: Terminal,
): Promise<number> {
  const given = { releaseId: releaseOf(line), kind, by: orderedBy(line), nowMs: Date.now() };
  const { aws } = await bound(line, terminal);
  terminal.out.write(`${await explained(() => order(aws, given))}\n`);
  return 0;
}

/** `slipway approve`: answers the question that an inconclusive stage asks. */
export async function approve(line: CommandLine, terminal: Terminal): Promise<number> {
  const stage = numberOf(line, "rollout-stage", { default: 0, min: 0, max: 19, whole: true });
  const said = line.switches.has("reject") ? ("roll-back" as const) : ("proceed" as const);
  const given = { releaseId: releaseOf(line), stage, answer: said, by: orderedBy(line), nowMs: Date.now() };
  const { aws } = await bound(line, terminal);
  terminal.out.write(`${await explained(() => answer(aws, given))}\n`);
  return 0;
}

function releaseOf({ positionals: [releaseId] }: CommandLine): string {
  if (releaseId !== undefined) return releaseId;
  throw new BadUsage([
    'RELEASE: expected the id of a release such as "chat-assistant-v7-production", found nothing',
  ]);
}

async function explained(act: () => Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "NotFound") throw new BadInput([error.message]);
    throw error;
  }
}
