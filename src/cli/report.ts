/** `slipway report`: a release of a deployment, over or under way, as it is kept in the table. */

import type { Aws } from "../aws/clients.ts";
import { journalOf } from "../aws/journal.ts";
import { readLock } from "../aws/lock-item.ts";
import { readRelease } from "../aws/releases.ts";
import { traceKept } from "../aws/telemetry.ts";
import { changesRead } from "../core/release/document/ledger.ts";
import type { LockItem } from "../core/release/lock.ts";
import type { ReleaseRecord } from "../core/release/record.ts";
import { releasePage } from "../report/page/release-page.ts";
import { summaryOf } from "../report/summary/summary.ts";
import { releaseView } from "../report/view/release-view.ts";
import { toldByTable } from "../report/view/released.ts";
import type { ReleaseTold } from "../report/view/told.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadInput, looked } from "./mistakes.ts";
import { releaseOf } from "./orders.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** Touches nothing in the account. */
export async function report(line: CommandLine, terminal: Terminal): Promise<number> {
  const releaseId = releaseOf(line);
  const { report: path, otlp } = line.values;
  mayWrite(path);
  mayWrite(otlp);
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const kept = await looked("the release could not be read", () => releaseTold(aws, releaseId));
  const { told, unread } = kept;
  if (unread > 0)
    tell(err, `${err.paint.yellow("!")} ${unread} entries of another version of slipway cannot be read`);
  const view = releaseView(told);
  if (otlp !== undefined) {
    const { traceId, request } = traceOf(aws, kept);
    written(otlp, `${JSON.stringify(request)}\n`);
    tell(err, err.paint.dim(`the trace ${traceId} of the release is in ${otlp}`));
  }
  if (path !== undefined) {
    written(path, releasePage(view));
    tell(err, err.paint.dim(`the page of the release is in ${path}`));
  }
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(told, null, 2)}\n`
      : `${summaryOf(view, { width: out.columns, paint: out.paint }).join("\n")}\n`,
  );
  return 0;
}

interface Kept {
  readonly record: ReleaseRecord;
  readonly told: ReleaseTold;
  readonly unread: number;
}

/** Throws BadInput where the release is not over. */
function traceOf(aws: Aws, { record, told }: Kept): NonNullable<ReturnType<typeof traceKept>> {
  const trace = traceKept(aws, record, told.journal);
  if (trace === undefined)
    throw new BadInput([`${record.release.id}: expected a release that is over, found one that is not`]);
  return trace;
}

/** Throws BadInput where there is no such release. */
async function releaseTold(aws: Aws, releaseId: string): Promise<Kept> {
  const record = await readRelease(aws, releaseId);
  if (record === undefined)
    throw new BadInput(
      [`${releaseId}: expected a release of ${aws.environment.stack}, found none`],
      "slipway history lists those that are over, slipway status those under way",
    );
  const { entries: journal, unread } = await journalOf(aws, releaseId);
  const { holder, changes = {} }: Partial<LockItem> =
    record.changes === undefined ? await readLock(aws, record.release.subject) : {};
  const own = holder?.releaseId === releaseId ? changesRead(changes) : [];
  return { record, told: toldByTable({ record, journal, changes: own }, Date.now()), unread };
}
