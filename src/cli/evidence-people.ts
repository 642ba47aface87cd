/** `slipway evidence people` and `erase`: whom evidence knows by which pseudonym, and one of them forgotten. */
import { erasePerson, peopleOf } from "../aws/people.ts";
import { printable } from "../core/input/bad-input.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** A line each, by their names. */
export async function evidencePeople(line: CommandLine, terminal: Terminal): Promise<number> {
  const { aws } = await bound(line, terminal);
  const people = await looked("the directory of people could not be read", () => peopleOf(aws));
  const sorted = [...people].toSorted(([, one], [, other]) => (one < other ? -1 : 1));
  for (const [pseudonym, arn] of sorted) terminal.out.write(`${pseudonym}  ${printable(arn)}\n`);
  const { err } = terminal;
  tell(err, err.paint.dim(`${people.size} people`));
  return 0;
}

/** Nobody is told by it what they are known under. */
export async function evidenceErase(line: CommandLine, terminal: Terminal): Promise<number> {
  const [arn] = line.positionals;
  if (arn === undefined) throw new BadUsage(["ARN: expected whom to erase, found nothing"]);
  const { aws } = await bound(line, terminal);
  const at = new Date(Date.now()).toISOString();
  const wasThere = await looked("nobody was erased", () => erasePerson(aws, arn, at));
  if (!wasThere)
    throw new CommandFailed(
      `ARN: expected one that the directory has (slipway evidence people), found ${printable(arn)}`,
    );
  tell(
    terminal.out,
    `${printable(arn)} is erased: evidence verifies as before, and says no more of them than when that was`,
  );
  return 0;
}
