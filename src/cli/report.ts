/** `slipway report`: a release of a deployment, over or under way, as it is kept in the table. */

import type { Aws } from "../aws/clients.ts";
import { journalOf } from "../aws/journal.ts";
import { readLock } from "../aws/lock-item.ts";
import { readRelease } from "../aws/releases.ts";
import { changesRead } from "../core/release/document/ledger.ts";
import type { LockItem } from "../core/release/lock.ts";
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
  const { report: path } = line.values;
  mayWrite(path);
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const { told, unread } = await looked("the release could not be read", () => releaseTold(aws, releaseId));
  if (unread > 0)
    tell(err, `${err.paint.yellow("!")} ${unread} entries of another version of slipway cannot be read`);
  const view = releaseView(told);
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

/** Throws BadInput where there is no such release. */
async function releaseTold(aws: Aws, releaseId: string): Promise<{ told: ReleaseTold; unread: number }> {
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
  return { told: toldByTable({ record, journal, changes: own }, Date.now()), unread };
}
