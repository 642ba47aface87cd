/** `slipway approve --break-glass`: asks to let a release past gates and freezes, agrees to that as a second person, or ends it. */

import { foundText, printable } from "../core/input/bad-input.ts";
import type { Glass } from "../core/release/break-glass.ts";
import { glassSaid, isBroken } from "../core/release/break-glass.ts";
import type { PersonsOrder } from "../core/request/persons-order.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import { ordered, releaseOf, replyTo } from "./orders.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Throws BadInput where it is not taken. */
export async function breakGlass(line: CommandLine, terminal: Terminal): Promise<number> {
  const releaseId = releaseOf(line);
  const order = orderOf(line, releaseId);
  const { aws } = await bound(line, terminal);
  if (order !== undefined) return ordered(aws, order, terminal);
  const { said, seen } = await replyTo(aws, { order: "show-glass", releaseId });
  if (seen === undefined)
    throw new BadInput([`${said}; --pass and --until say what is asked for`], "nothing was changed");
  tell(terminal.err, terminal.err.paint.dim(printable(said)));
  return ordered(aws, { order: "agree-glass", releaseId, reason: reasonOf(line), seen }, terminal);
}

const reasonOf = ({ values }: CommandLine): string => values["break-glass"] ?? "";

/** Undefined where what is asked for is to be agreed to. */
function orderOf(line: CommandLine, releaseId: string): PersonsOrder | undefined {
  const { pass, until } = line.values;
  const [reason, ends] = [reasonOf(line), line.switches.has("reject")];
  const mistakes = [
    ...(line.values["rollout-stage"] === undefined
      ? []
      : ["--rollout-stage: expected no --break-glass beside it, found both"]),
    ...(reason.trim() === "" ? ["--break-glass: expected why, found nothing"] : []),
    ...(ends && (pass ?? until) !== undefined
      ? ["--reject: expected neither --pass nor --until beside it, found both"]
      : []),
    ...(pass !== undefined && until === undefined ? ["--until: expected when it ends, found nothing"] : []),
    ...(pass === undefined && until !== undefined
      ? ["--pass: expected gates or freezes, found nothing"]
      : []),
    ...(until !== undefined && Number.isNaN(Date.parse(until))
      ? [`--until: expected a time to come such as 2026-12-24T08:00:00Z, found ${foundText(until)}`]
      : []),
  ];
  if (mistakes.length > 0) throw new BadUsage(mistakes);
  if (ends) return { order: "end-glass", releaseId, reason };
  if (pass === undefined || until === undefined) return undefined;
  const passes = pass.split(",").map((name) => name.trim());
  return { order: "break-glass", releaseId, reason, passes, until: new Date(until).toISOString() };
}

/** Of `slipway status`. */
export function glassStatus({ asked, agreed }: Glass) {
  const { releaseId, askedAt, passes, until, reason, by } = asked;
  return {
    releaseId,
    passes,
    until,
    reason,
    askedAt,
    askedBy: by.arn,
    agreedAt: agreed?.at ?? null,
    agreedBy: agreed?.by.arn ?? null,
  };
}

export const glassLine = (glass: Glass): string =>
  isBroken(glass) ? `! ${glassSaid(glass)}` : glassSaid(glass);
