/** `slipway report`: a release of a deployment, over or under way, as it is kept in the table. */
import { releasePage } from "../report/page/release-page.ts";
import { summaryOf } from "../report/summary/summary.ts";
import { releaseView } from "../report/view/release-view.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { releaseOf } from "./orders.ts";
import { readerOf } from "./release-told.ts";
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
  const { told, unread } = await readerOf(aws, releaseId)();
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
