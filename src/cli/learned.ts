/** `slipway learned`: what past releases have taught. */
import { pastReleases } from "../aws/history.ts";
import { rememberedSince } from "../core/learning/forgetting.ts";
import { lessonsOf } from "../core/release/lessons.ts";
import { learnedPage } from "../report/learned.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { modelOf } from "./inputs.ts";
import { looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. */
export async function learned(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = line.positionals.length === 0 ? undefined : modelOf(line, "whose releases to learn from");
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const nowMs = Date.now();
  const { past, unread } = await looked("the history could not be read", () =>
    pastReleases(aws, rememberedSince(nowMs)),
  );
  const lessons = lessonsOf(past, { nowMs, model });
  if (unread > 0)
    tell(err, `${err.paint.yellow("!")} ${unread} of another version of slipway cannot be read`);
  if (line.switches.has("json")) out.write(`${JSON.stringify(lessons, null, 2)}\n`);
  else if (lessons.quantities.length === 0 && lessons.raises.length === 0)
    tell(out, "nothing is learnt yet: no release has ended of which it is known what its instances took");
  else out.write(`${learnedPage(lessons, { width: out.columns, paint: out.paint }).join("\n")}\n`);
  return 0;
}
