/** `slipway audit`: every change of a subject in a span of time, and with --reconcile what AWS knows of it besides. */

import { daysOf } from "../aws/audited-days.ts";
import { auditOf } from "../aws/auditing.ts";
import type { Bound } from "../aws/binding.ts";
import { evidenceStore } from "../aws/evidence-store.ts";
import {
  type ReconciliationAsked,
  type ReconciliationFound,
  reconciliation,
  type SummedUp,
} from "../aws/reconciling.ts";
import { type Audited, isReconciled } from "../core/audit/audit.ts";
import { auditedDays, summedUp } from "../core/audit/days.ts";
import type { AuditSpan } from "../core/audit/reconciling.ts";
import { foundText } from "../core/input/bad-input.ts";
import { isSubject } from "../core/release/names.ts";
import type { EpochMs } from "../core/units.ts";
import { auditPage, minute } from "../report/audit.ts";
import { auditDocument } from "../report/page/audit-page.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** Resolves to 0 where nothing is missing and nothing happened without a pack, and to 1 else. Touches nothing. */
export async function audit(line: CommandLine, terminal: Terminal): Promise<number> {
  const nowMs = Date.now();
  const asked = askedIn(line, nowMs);
  const { report } = line.values;
  mayWrite(report);
  const found = await bound(line, terminal);
  const { aws } = found;
  const { out, err } = terminal;
  const store = evidenceStore(aws);
  if (store === undefined)
    throw new CommandFailed(
      `stack ${aws.environment.stack}: expected it to keep evidence, found none; deploy it with --param evidence=on`,
    );
  const packs = await looked("the changes could not be read", () => auditOf(aws, store, asked));
  const summaries = await looked("what auto scaling did could not be read", () => daysOf(aws, store, asked));
  const scaling = summaries && auditedDays(summaries);
  const held: ReconciliationFound = line.switches.has("reconcile")
    ? await looked("it could not be seen what happened", () =>
        withAws(found, { store, summaries: summedUp(summaries) }, asked),
      )
    : { unasked: [], isRefused: false };
  const ok =
    packs.gaps.length === 0 &&
    packs.fits &&
    packs.unread === 0 &&
    (scaling === undefined || (scaling.gone.length === 0 && scaling.unread === 0)) &&
    !held.isRefused &&
    (held.reconciled === undefined || isReconciled(held.reconciled));
  const audited: Audited = {
    ...packs,
    ...(scaling !== undefined && { scaling }),
    ...(held.reconciled !== undefined && { reconciled: held.reconciled }),
    unasked: [...packs.unasked, ...(summaries?.unasked ?? []), ...held.unasked],
    ok,
  };
  if (packs.unread > 0)
    tell(err, `${err.paint.yellow("!")} ${packs.unread} of another version of slipway cannot be read`);
  if (report !== undefined) {
    written(report, auditDocument(audited, originOf(found, nowMs)));
    tell(err, err.paint.dim(`the page of the audit is in ${report}`));
  }
  if (line.switches.has("json")) out.write(`${JSON.stringify(audited, null, 2)}\n`);
  else out.write(`${auditPage(audited, { width: out.columns, paint: out.paint }).join("\n")}\n`);
  return ok ? 0 : 1;
}

function originOf({ aws: { environment } }: Bound, nowMs: EpochMs): string {
  const { stack, account, region } = environment;
  return `By stack ${stack} in account ${account}, ${region}, as it was at ${minute(new Date(nowMs).toISOString())} UTC.`;
}

function withAws(
  { aws, credentials, endpoint }: Bound,
  { store, summaries }: { store: NonNullable<ReturnType<typeof evidenceStore>>; summaries: SummedUp },
  asked: ReconciliationAsked,
): Promise<ReconciliationFound> {
  if (credentials === undefined)
    return Promise.resolve({ unasked: ["CloudTrail: no credentials to ask with"], isRefused: true });
  const { region } = aws.environment;
  return reconciliation({ aws, store, summaries, trail: { region, credentials, endpoint } }, asked);
}

const usualDays = 90;

/** Throws BadUsage, with a message for each mistake. */
function askedIn({ values }: CommandLine, nowMs: EpochMs): ReconciliationAsked {
  const mistakes: string[] = [];
  const named = values.endpoint ?? "";
  const subject = named.includes("/") ? named : `endpoint/${named}`;
  if (!isSubject(subject))
    mistakes.push(
      `--endpoint: expected an endpoint's name, or a pool such as pool/chat-assistant/training, found ${foundText(values.endpoint)}`,
    );
  const span: AuditSpan = {
    from: momentOf(values, { option: "from", usual: new Date(nowMs - usualDays * 86_400_000), mistakes }),
    to: momentOf(values, { option: "to", usual: new Date(nowMs), mistakes }),
  };
  if (mistakes.length === 0 && span.from > span.to)
    mistakes.push(`--to: expected a moment after ${span.from}, found ${span.to}`);
  if (mistakes.length > 0) throw new BadUsage(mistakes);
  return { subject, span, nowMs };
}

/** A day is its first moment as a start, and its last as an end. */
function momentOf(
  values: CommandLine["values"],
  { option, usual, mistakes }: { option: "from" | "to"; usual: Date; mistakes: string[] },
): string {
  const text = values[option];
  if (text === undefined) return usual.toISOString();
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const atMs = Date.parse(isDay && option === "to" ? `${text}T23:59:59.999Z` : text);
  if ((isDay || isMoment) && Number.isFinite(atMs)) return new Date(atMs).toISOString();
  mistakes.push(
    `--${option}: expected a day or a moment such as 2026-07-01 or 2026-07-01T08:00:00Z, found ${foundText(text)}`,
  );
  return usual.toISOString();
}
