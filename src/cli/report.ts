/** `slipway report`: a release of a deployment, over or under way, as it is kept in the table. */
import type { Aws } from "../aws/clients.ts";
import { traceKept } from "../aws/telemetry.ts";
import { gatesOf } from "../core/gates/settings.ts";
import { gateFindings } from "../report/findings/gates.ts";
import { junitOf } from "../report/findings/junit.ts";
import { releasePage } from "../report/page/release-page.ts";
import { summaryOf } from "../report/summary/summary.ts";
import { type ReleaseView, releaseView } from "../report/view/release-view.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadInput } from "./mistakes.ts";
import { releaseOf } from "./orders.ts";
import { readerOf, type TableRead } from "./release-told.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** Touches nothing in the account. */
export async function report(line: CommandLine, terminal: Terminal): Promise<number> {
  const releaseId = releaseOf(line);
  const { report: path, otlp, junit } = line.values;
  mayWrite(path);
  mayWrite(otlp);
  mayWrite(junit);
  const { aws } = await bound(line, terminal);
  const { out, err } = terminal;
  const kept = await readerOf(aws, releaseId)();
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
  if (junit !== undefined) written(junit, junitOf(gatesAnswered(releaseId, kept, view)));
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(told, null, 2)}\n`
      : `${summaryOf(view, { width: out.columns, paint: out.paint }).join("\n")}\n`,
  );
  return 0;
}

/** Of each gate that its plan asks for, or that was asked: a record of before plans were kept has none. */
function gatesAnswered(id: string, { told: { plan, outcome, reason } }: TableRead, view: ReleaseView) {
  const rows = view.gates;
  const asked = [...(plan === undefined ? [] : gatesOf(plan)), ...rows.map(({ gate }) => gate)];
  const how = outcome === "under-way" ? "is under way" : `ended as ${outcome}: ${reason}`;
  const findings = gateFindings(id, { gates: [...new Set(asked)], rows, outcome: `the release ${how}` });
  return { ...findings, isRelease: true };
}

/** Throws BadInput where the release is not over. */
function traceOf(aws: Aws, { record, told }: TableRead): NonNullable<ReturnType<typeof traceKept>> {
  const trace = traceKept(aws, record, told.journal);
  if (trace === undefined)
    throw new BadInput([`${record.release.id}: expected a release that is over, found one that is not`]);
  return trace;
}
