/** `slipway status` and `slipway free`: who holds which endpoint, what could not be put back, and giving a lock back. */

import { awaitedSides } from "../aws/awaited-sides.ts";
import { everyGlass } from "../aws/break-glass.ts";
import { laterSpikes } from "../aws/later-spikes.ts";
import { allLeases } from "../aws/leases.ts";
import { type LockStatus, statusOfLocks } from "../aws/lock-status.ts";
import { everyPurchase } from "../aws/purchases.ts";
import { qualityWatches } from "../aws/quality.ts";
import { reservedServings } from "../aws/reserved-serving.ts";
import { allWatched } from "../aws/watched-bounds.ts";
import { foundText } from "../core/input/bad-input.ts";
import { sidesText } from "../core/plan/team.ts";
import { purchaseSaid } from "../core/purchase/purchase.ts";
import { isSubject } from "../core/release/names.ts";
import { remainderText } from "../core/release/remainder.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { boundsLines, boundsStatus } from "./bounds.ts";
import { glassLine, glassStatus } from "./break-glass.ts";
import { BadUsage, looked } from "./mistakes.ts";
import { ordered } from "./orders.ts";
import { qualityStatus, watchLines } from "./quality.ts";
import { purchaseStatus } from "./reserve.ts";
import { reservedLine, reservedStatus } from "./reserved.ts";
import { keptUnread, revertLine, revertsOf } from "./reverts.ts";
import { spikeLines, spikeStatus } from "./spikes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Touches nothing. */
export async function status(line: CommandLine, terminal: Terminal): Promise<number> {
  const { aws } = await bound(line, terminal);
  const locks = await statusOfLocks(aws, Date.now());
  const leases = await allLeases(aws);
  const glass = await everyGlass(aws, Date.now());
  const purchases = await everyPurchase(aws, Date.now());
  const asks = await awaitedSides(aws, locks, Date.now());
  const bounds = (await allWatched(aws)).watched.map(boundsStatus);
  const quality = (await qualityWatches(aws)).watches
    .filter(({ end }) => end === undefined)
    .map(qualityStatus);
  const spikes = (await laterSpikes(aws)).spikes
    .filter(({ end }) => end === undefined)
    .map((one) => spikeStatus(one, Date.now()));
  const reserved = reservedStatus((await reservedServings(aws)).servings, Date.now());
  const asked = line.switches.has("reverts");
  const { reverts, without, unread } = asked
    ? await looked("it could not be seen", () => revertsOf(aws))
    : { reverts: [], without: [], unread: [] };
  const { out, err } = terminal;
  if (unread.length > 0) tell(err, keptUnread(unread));
  const held = leases.map(({ releaseId, until, group }) => {
    const what = group === undefined ? "its pool" : `more nodes of ${group}`;
    return `${releaseId} holds ${what} until ${until}`;
  });
  const lines = [
    ...locks.flatMap(linesOf),
    ...asks.map(
      ({ releaseId, stage, sides }) => `${releaseId}, stage ${stage}, waits for a yes of ${sidesText(sides)}`,
    ),
    ...glass.map(glassLine),
    ...purchases.map(purchaseSaid),
    ...held,
    ...bounds.flatMap(boundsLines),
    ...quality.flatMap(watchLines),
    ...spikes.flatMap(spikeLines),
    ...reserved.map(reservedLine),
    ...reverts.map(revertLine),
    ...without,
  ];
  const document = {
    locks,
    asks,
    glass: glass.map(glassStatus),
    purchases: purchases.map((one) => purchaseStatus(aws.environment.stack, one)),
    leases,
    bounds,
    quality,
    spikes,
    reserved,
    ...(asked && { reverts }),
  };
  if (line.switches.has("json")) out.write(`${JSON.stringify(document, null, 2)}\n`);
  else if (lines.length === 0) tell(out, "no release is under way, and nothing is left to put back");
  else tell(out, ...lines);
  return 0;
}

const said: Readonly<Record<LockStatus["state"], string>> = {
  "at-work": "is held by",
  died: "was held when it died by",
  remainder: "is kept for what could not be put back by",
  waiting: "is free",
};

function linesOf({
  subject,
  state,
  holder,
  queue,
  remainder,
  order,
  attempts,
  triedAt,
}: LockStatus): string[] {
  const who = holder === null ? "" : ` ${holder.releaseId}, since ${holder.since}`;
  return [
    `${subject} ${said[state]}${who}`,
    ...(order === null ? [] : [`  ordered to ${order.kind} by ${order.by}`]),
    ...remainder.map(remainderText),
    ...(triedAt === null ? [] : [`  the sweep has tried ${attempts}×, last at ${triedAt}`]),
    ...queue.map(({ releaseId, since }) => `  ${releaseId} waits since ${since}`),
  ];
}

/** Throws BadInput where there is no such lock, or somebody is at work under it. */
export async function free(line: CommandLine, terminal: Terminal): Promise<number> {
  const [subject] = line.positionals;
  const { reason } = line.values;
  const mistakes = [
    ...(subject === undefined || !isSubject(subject)
      ? [`SUBJECT: expected what is locked such as "endpoint/chat-assistant", found ${foundText(subject)}`]
      : []),
    ...(reason === undefined ? ["--reason: expected why it may stay as it is, found nothing"] : []),
  ];
  if (subject === undefined || reason === undefined || mistakes.length > 0) throw new BadUsage(mistakes);
  const { aws } = await bound(line, terminal);
  return ordered(aws, { order: "free", subject, reason }, terminal);
}
