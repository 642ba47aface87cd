/** `slipway forecast`: what load the coming days are to be expected to bring, and what a plan has to have for it. */
import { endpointPast } from "../aws/endpoint-past.ts";
import { spikesSent } from "../aws/later-spikes.ts";
import { readPlan as planInForce } from "../aws/plans.ts";
import { steadyInstances } from "../core/capacity/sizing.ts";
import { forecastDay } from "../core/forecast/forecast.ts";
import { historyOf, type LoadHistory } from "../core/forecast/load-history.ts";
import { isKnown, timesOfDay, usualDays } from "../core/forecast/load-usual.ts";
import { releasePeakSoon, releaseSoonShare, sizeSoon, soonBy, soonShare } from "../core/outlook/size-soon.ts";
import type { LoadEvent } from "../core/plan/load-events.ts";
import type { Plan } from "../core/plan/plan.ts";
import { recordedRows } from "../rehearsal/worlds/recordings.ts";
import { type ExpectedDay, forecastPage, type LoadForecast } from "../report/forecast.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { bound } from "./binding.ts";
import { readInput } from "./files.ts";
import { modelOrPlan, noPlan, readPlan } from "./inputs.ts";
import { BadInput, CommandFailed, looked } from "./mistakes.ts";
import type { Terminal } from "./terminal.ts";

const dayMs = 86_400_000;
/** Minutes of no date are counted from anywhere. */
const earliestDateMs = Date.UTC(1990, 0);

interface Known {
  readonly plan: Plan;
  readonly history: LoadHistory;
  readonly account?: LoadForecast["account"];
}

/** Touches nothing. */
export async function forecast(line: CommandLine, terminal: Terminal): Promise<number> {
  const ahead = numberOf(line, "days", { default: 7, min: 1, max: 28, whole: true });
  const percent = numberOf(line, "percent", { default: 95, min: 50, max: 99, whole: false });
  const { traffic } = line.values;
  const { plan, history, account } =
    traffic === undefined
      ? await ofAccount(line, terminal)
      : ofRecording(readPlan(line.positionals[0]), traffic);
  const isDated = history.nextDayMs > earliestDateMs;
  const { slotMinutes, nextDayMs } = history;
  const { events = [] } = plan.requirements;
  const usual = usualDays(history, events);
  const days = Array.from({ length: ahead }, (_, nth): ExpectedDay => {
    const times = timesOfDay(events, { dayMs: nextDayMs + nth * dayMs, slotMinutes });
    const { median, learntFrom, peak } = forecastDay(usual, nth + 1, times);
    const highest = peak(percent / 100, 0, median.length);
    const at = median.indexOf(Math.max(...median));
    return {
      day: isDated ? new Date(nextDayMs + nth * dayMs).toISOString().slice(0, 10) : `day ${nth + 1}`,
      peakAtMinute: at * slotMinutes,
      expectedPeak: peak(0.5, 0, median.length),
      peak: highest,
      instances: steadyInstances(plan, highest),
      learntFrom,
    };
  });
  const found: LoadForecast = {
    percent,
    knownDays: knownDays(history),
    slotMinutes,
    days,
    soon: soonOf(plan, history),
    events: eventsIn(history, ahead, events),
    ...(account && { account }),
  };
  const { out } = terminal;
  out.write(
    line.switches.has("json")
      ? `${JSON.stringify(found, null, 2)}\n`
      : `${forecastPage(found, plan, { width: out.columns, paint: out.paint }).join("\n")}\n`,
  );
  return 0;
}

function soonOf(plan: Plan, history: LoadHistory): LoadForecast["soon"] {
  const soon = soonBy(plan, history);
  const { minutes, requestsPerSecond, instances } = sizeSoon(plan, soon, history);
  const release = releasePeakSoon(plan, soon, history);
  return {
    fromMinute: history.today.length * history.slotMinutes,
    minutes,
    percent: 100 * soonShare,
    peak: requestsPerSecond,
    instances,
    release: {
      minutes: release.minutes,
      percent: 100 * releaseSoonShare,
      peak: release.requestsPerSecond,
    },
  };
}

/** Those that are in what is known, or in what is forecast. */
function eventsIn(
  { days, nextDayMs }: LoadHistory,
  ahead: number,
  events: readonly LoadEvent[],
): LoadEvent[] {
  const [fromMs, toMs] = [nextDayMs - days.length * dayMs, nextDayMs + ahead * dayMs];
  return events.filter(({ from, to }) => Date.parse(from) < toMs && Date.parse(to) > fromMs);
}

const knownDays = ({ days }: LoadHistory): number => days.filter(isKnown).length;

function ofRecording(plan: Plan, path: string): Known {
  const read = recordedRows(readInput(path, "the traffic"), path);
  if (!read.ok) throw new BadInput(read.mistakes);
  const history = historyOf(read.rows);
  if (knownDays(history) === 0)
    throw new BadInput([
      { file: path, where: "the recording", expected: "one whole day in UTC at least", found: "less" },
    ]);
  return { plan, history };
}

/** By the plan's endpoint; of a model by its plan in force. */
async function ofAccount(line: CommandLine, terminal: Terminal): Promise<Known> {
  const asked = modelOrPlan(line, "or the file of a plan, whose load to forecast");
  const { aws } = await bound(line, terminal);
  const lack = "the past could not be read";
  const plan = "plan" in asked ? asked.plan : await looked(lack, () => planInForce(aws, asked.model));
  if (plan === undefined) throw noPlan(aws.environment.stack, "model" in asked ? asked.model : "");
  const endpoint = plan.endpoint.name;
  const nowMs = Date.now();
  const { history, variants, overwhelmed } = await looked(lack, async () => {
    const own = await spikesSent(aws, endpoint);
    return endpointPast(aws, { endpoint, model: plan.model, nowMs, own });
  });
  if (knownDays(history) === 0)
    throw new CommandFailed(
      `CloudWatch knows less than one whole day in UTC of the requests of ${endpoint}: expected a day at least; --traffic takes a recording of your own`,
    );
  return { plan, history, account: { endpoint, variants, unknownShare: unknownShare(history), overwhelmed } };
}

/** From the first slot that is known. */
function unknownShare({ days }: LoadHistory): number {
  const slots = days.flat();
  const since = slots.slice(slots.findIndex((load) => load !== null));
  return since.filter((load) => load === null).length / since.length;
}
