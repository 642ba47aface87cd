/** `slipway stop` and `slipway rollback`: a person's orders to a release under way, recorded with who gave them. */
import { hostname, userInfo } from "node:os";
import { connect } from "../aws/clients.ts";
import { order } from "../aws/orders.ts";
import { SlipwayError } from "../core/errors.ts";
import type { CommandLine } from "./arguments.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

/** Who gives an order: as said, or the user of this machine. */
export const orderedBy = ({ values }: CommandLine): string =>
  values.by ?? `${userInfo().username}@${hostname()}`;

/** Gives the order and says what follows. Throws BadInput where there is no such release under way. */
export async function giveOrder(
  kind: "stop" | "roll-back",
  line: CommandLine,
  { out }: Terminal,
): Promise<number> {
  const [releaseId] = line.positionals;
  if (releaseId === undefined)
    throw new BadUsage([
      'RELEASE: expected the id of a release such as "chat-assistant-v7-production", found nothing',
    ]);
  try {
    const said = await order(connect(), { releaseId, kind, by: orderedBy(line), nowMs: Date.now() });
    out.write(`${said}\n`);
    return 0;
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "NotFound") throw new BadInput([error.message]);
    throw error;
  }
}
