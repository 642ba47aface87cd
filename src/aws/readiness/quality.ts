/** Whether the metrics by which a plan has quality watched tell enough of the weeks before to hold a version against them. */
import { LEAST_HISTORY_DAYS } from "#verdict";
import type { Plan } from "../../core/plan/plan.ts";
import { historyDays } from "../../core/release/quality-watch.ts";
import { amiss, type Readiness, well } from "../../core/release/readiness.ts";
import type { EpochMs } from "../../core/units.ts";
import type { Aws } from "../clients.ts";
import { daysRead } from "../quality-looking.ts";
import { readinessOf } from "./looking.ts";

const hourMs = 3_600_000;

/** Nothing of a plan without. Labels that are still to come are days that are not known yet. */
export async function qualityReadiness(
  aws: Aws,
  { quality }: Pick<Plan, "quality">,
  nowMs: EpochMs,
): Promise<Readiness[]> {
  if (quality === undefined) return [];
  const { kpis } = quality;
  const look = async () => {
    const since = new Date(Math.floor(nowMs / hourMs) * hourMs).toISOString();
    const read = await daysRead(
      aws,
      { since },
      kpis.map((kpi) => ({ kpi, from: -historyDays, until: 0 })),
    );
    const known = kpis.map(({ name }) => ({
      name,
      days: [...(read.get(name)?.values() ?? [])].filter(({ value }) => value !== null).length,
    }));
    const told = (some: typeof known) =>
      some.map(({ name, days }) => `${name} is known of ${days} of the last ${historyDays} days`).join("; ");
    const few = known.filter(({ days }) => days < LEAST_HISTORY_DAYS);
    return few.length === 0
      ? well("quality", told(known))
      : amiss(
          "quality",
          told(few),
          `see that it is published, under the names and dimensions of the plan: below ${LEAST_HISTORY_DAYS} days nothing can be said of a version`,
        );
  };
  return [await readinessOf("quality", look)];
}
