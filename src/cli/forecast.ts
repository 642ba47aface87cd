/** `slipway forecast`: what load the coming days are to be expected to bring, and what a plan has to have for it. */
import { forecastDay } from "../core/capacity/forecast.ts";
import { historyOf } from "../core/capacity/load-history.ts";
import { loadSoon } from "../core/capacity/load-soon.ts";
import { releasePeakSoon, releaseSoonShare, sizeSoon, soonShare } from "../core/capacity/size-soon.ts";
import { steadyInstances } from "../core/capacity/sizing.ts";
import { recordedRows } from "../rehearsal/worlds/recordings.ts";
import { type ExpectedDay, forecastPage } from "../report/forecast.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { readInput } from "./files.ts";
import { readPlan } from "./inputs.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

const dayMs = 86_400_000;
/** Minutes of no date are counted from anywhere. */
const earliestDateMs = Date.UTC(1990, 0);

/** Touches nothing. */
export async function forecast(line: CommandLine, { out }: Terminal): Promise<number> {
  const plan = readPlan(line.positionals[0]);
  const { traffic: path } = line.values;
  if (path === undefined) throw new BadUsage(["--traffic: expected the file of a recording, found nothing"]);
  const ahead = numberOf(line, "days", { default: 7, min: 1, max: 28, whole: true });
  const percent = numberOf(line, "percent", { default: 95, min: 50, max: 99, whole: false });
  const read = recordedRows(readInput(path, "the traffic"), path);
  if (!read.ok) throw new BadInput(read.mistakes);
  const history = historyOf(read.rows);
  if (history.days.length === 0)
    throw new BadInput([
      { file: path, where: "the recording", expected: "one whole day in UTC at least", found: "less" },
    ]);
  const isDated = history.nextDayMs > earliestDateMs;
  const days = Array.from({ length: ahead }, (_, nth): ExpectedDay => {
    const { median, learntFrom, peak } = forecastDay(history.days, nth + 1);
    const highest = peak(percent / 100, 0, median.length);
    const at = median.indexOf(Math.max(...median));
    return {
      day: isDated ? new Date(history.nextDayMs + nth * dayMs).toISOString().slice(0, 10) : `day ${nth + 1}`,
      peakAtMinute: at * history.slotMinutes,
      expectedPeak: peak(0.5, 0, median.length),
      peak: highest,
      instances: steadyInstances(plan, highest),
      learntFrom,
    };
  });
  const { today, slotMinutes } = history;
  const soon = loadSoon(history.days);
  const { minutes, requestsPerSecond, instances } = sizeSoon(plan, soon, history);
  const release = releasePeakSoon(plan, soon, history);
  const found = {
    percent,
    knownDays: history.days.length,
    slotMinutes,
    days,
    soon: {
      fromMinute: today.length * slotMinutes,
      minutes,
      percent: 100 * soonShare,
      peak: requestsPerSecond,
      instances,
      release: {
        minutes: release.minutes,
        percent: 100 * releaseSoonShare,
        peak: release.requestsPerSecond,
      },
    },
  };
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(found, null, 2)}\n`
      : `${forecastPage(found, plan, { width: out.columns, paint: out.paint }).join("\n")}\n`,
  );
  return 0;
}
