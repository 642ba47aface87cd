/** `slipway watch`: a release under way as it goes, until it is over. */
import { setTimeout as wait } from "node:timers/promises";
import { releasePage } from "../report/page/release-page.ts";
import { summaryOf } from "../report/summary/summary.ts";
import { releaseView } from "../report/view/release-view.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { outcomeCode } from "./exit-codes.ts";
import { releaseOf } from "./orders.ts";
import { lineByLine } from "./progress/lines.ts";
import { drawnInPlace } from "./progress/screen.ts";
import { courseOf } from "./progress/told-course.ts";
import { readerOf, type TableRead } from "./release-told.ts";
import { openInBrowser, type ServedPage, servePage } from "./served-page.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** Resolves to the release's own exit code, once it is over. Touches nothing. */
export async function watch(line: CommandLine, terminal: Terminal): Promise<number> {
  const releaseId = releaseOf(line);
  const everySeconds = numberOf(line, "every", { default: 15, min: 1, max: 3600, whole: true });
  const port = numberOf(line, "port", { default: 0, min: 0, max: 65_535, whole: true });
  const { aws } = await bound(line, terminal);
  const read = readerOf(aws, releaseId);
  let newest = await read();
  const served = line.switches.has("open")
    ? await opened(port, () => newest, { everySeconds, terminal })
    : undefined;
  const screen = screenFor(terminal, newest);
  try {
    for (; newest.told.outcome === "under-way"; newest = await read()) {
      screen.show(courseOf(newest.told, newest.waiting));
      await wait(everySeconds * 1000);
    }
    screen.show(courseOf(newest.told));
  } finally {
    screen.end();
    await served?.close();
  }
  tellEnd(newest, terminal);
  return outcomeCode(newest.told.outcome);
}

function tellEnd({ told }: TableRead, { out }: Terminal): void {
  const page = { width: out.columns, paint: out.paint };
  out.write(`${summaryOf(releaseView(told), page).join("\n")}\n`);
}

function screenFor({ err }: Terminal, { told: { plan, model, version, milestone } }: TableRead) {
  const what = version === null ? model : `${model} v${version}`;
  const subject = { title: `watching ${what} to ${milestone}`, stages: plan?.rollout.stages ?? [] };
  return err.live ? drawnInPlace(err, subject) : { show: lineByLine(err), end: () => {} };
}

/** The page as it is when it is asked for; a browser asks again as often as the release is looked at. */
async function opened(
  port: number,
  newest: () => TableRead,
  { everySeconds, terminal: { err } }: { everySeconds: number; terminal: Terminal },
): Promise<ServedPage> {
  const served = await servePage(port, () => {
    const view = releaseView(newest().told);
    return releasePage(view, view.outcome === "under-way" ? { refreshSeconds: everySeconds } : {});
  });
  tell(err, err.paint.dim(`the release's page is at ${served.url} until it is over`));
  if (err.live) openInBrowser(served.url);
  return served;
}
