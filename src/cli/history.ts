/** `slipway history`: how past releases ended. */
import { pastReleases } from "../aws/history.ts";
import { laterSpikes } from "../aws/later-spikes.ts";
import { qualityWatches } from "../aws/quality.ts";
import { boundsSince } from "../aws/watched-bounds.ts";
import { foundText } from "../core/input/bad-input.ts";
import { summariesOf } from "../core/release/past.ts";
import { type Annotated, annotated, annotationsOf } from "../report/annotations.ts";
import { historyTable, summaryTable } from "../report/history.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { boundsHistory } from "./bounds.ts";
import { modelOf } from "./inputs.ts";
import { BadUsage, looked } from "./mistakes.ts";
import { endLine, qualityStatus } from "./quality.ts";
import { spikeEndLine, spikeStatus } from "./spikes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. */
export async function history(line: CommandLine, terminal: Terminal): Promise<number> {
  const model = line.positionals.length === 0 ? undefined : modelOf(line, "whose releases to list");
  const marks = marksOf(line);
  const days = numberOf(line, "days", { default: 90, min: 1, max: 3650, whole: true });
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const { past, unread } = await looked("the history could not be read", () =>
    pastReleases(aws, Date.now() - days * 86_400_000),
  );
  const isOwn = (one: { readonly model: string }) => model === undefined || one.model === model;
  const own = past.filter(isOwn);
  const since = new Date(Date.now() - days * 86_400_000).toISOString();
  const bounds = (await looked("what was set could not be read", () => boundsSince(aws, since))).filter(
    isOwn,
  );
  const { watches } = await looked("what became of quality could not be read", () => qualityWatches(aws));
  const quality = watches
    .filter((one) => isOwn(one) && one.end !== undefined && one.end.at >= since)
    .map(qualityStatus);
  const found = await looked("what became of spikes could not be read", () => laterSpikes(aws));
  const spikes = found.spikes
    .filter((one) => isOwn(one) && one.end !== undefined && one.end.at >= since)
    .map((one) => spikeStatus(one, Date.now()));
  const json = (document: unknown) => out.write(`${JSON.stringify(document, null, 2)}\n`);
  const summaries = line.switches.has("summary") ? summariesOf(own, days) : undefined;
  const page = { width: out.columns, paint: out.paint };
  if (unread > 0)
    tell(err, `${err.paint.yellow("!")} ${unread} of another version of slipway cannot be read`);
  if (marks !== undefined) json(annotationsOf(own, marks));
  else if (line.switches.has("json"))
    json(summaries === undefined ? { past: own, bounds, quality, spikes } : { summaries });
  else if (own.length === 0) tell(out, `no release has ended in the last ${days} days`);
  else out.write(`${(summaries ? summaryTable(summaries, page) : historyTable(own, page)).join("\n")}\n`);
  if (marks === undefined && !line.switches.has("json"))
    tell(out, ...boundsHistory(bounds), ...quality.map(endLine), ...spikes.map(spikeEndLine));
  return 0;
}

/** For which kind of dashboard marks are asked for, if any. Throws BadUsage. */
function marksOf({ values, switches }: CommandLine): Annotated | undefined {
  const { annotations: asked } = values;
  if (asked === undefined) return undefined;
  const known = annotated.find((one) => one === asked);
  if (known === undefined)
    throw new BadUsage([`--annotations: expected ${annotated.join(" or ")}, found ${foundText(asked)}`]);
  const beside = ["summary", "json"].filter((name) => switches.has(name));
  if (beside.length === 0) return known;
  throw new BadUsage([`--annotations: expected it without --${beside[0]}, found both`]);
}
