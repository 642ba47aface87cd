/** Between the last stage and the leaving: whatever fails while the candidate takes the rest, both fleets stand or one serves. */
import { expect, it } from "vitest";
import { formatFault } from "#twin/engine";
import { pointsOf, pointsTried, singles } from "#twin/explorer";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { partOf } from "../../part.ts";
import { plan, rehearsing } from "./rehearsing.ts";

const held: Plan = {
  ...plan,
  rollout: { ...plan.rollout, stages: [{ trafficPercent: 95, bakeMinutes: 3 }] },
};
/** Steps, and the calls of theirs that change something: what only reads is tried by every exploration. */
const changing = /^(entry|invocation):|\.(Update|Put|Register)/;

it("each fault at each place ends as promoted or as before, and breaks no promise", async () => {
  const { record } = await rehearsing({ plan: held, listPoints: true });
  const all = record.points ?? [];
  const first = all.findLastIndex((point) => point.startsWith("entry:ShiftTraffic[0]"));
  const last = all.findIndex((point) => point.startsWith("entry:ScaleDown[1]"));
  const places = all.slice(first, last + 2).filter((point) => changing.test(point));
  const experiments = singles(pointsTried(pointsOf(places)));
  const ends = new Set<string>();
  const wrong: string[] = [];
  for (const { faults } of partOf(experiments, 30)) {
    const names = faults.map(formatFault);
    const { record: run, violations } = await rehearsing({ plan: held, faults: names });
    const [endpoint] = Object.values(run.after.endpoints);
    const serving = Object.keys(endpoint?.variants ?? {}).join("+");
    ends.add(serving);
    if (violations.length > 0 || !["v6", "v7"].includes(serving) || run.faults.length === 0)
      wrong.push(`${names.join(", ")}: ${serving}, ${violations.join("; ")}`);
  }

  expect(experiments.length).toBeGreaterThan(60);
  expect(wrong).toEqual([]);
  expect(ends).toEqual(new Set(["v6", "v7"]));
}, 600_000);
