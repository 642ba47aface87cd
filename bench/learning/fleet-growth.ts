/** What a fleet of another size serves, by the law of those that were measured and in proportion to the largest of them. */
import { streams } from "#twin/world";
import { scalingOf, servedAt } from "../../src/core/load/fleet-growth.ts";
import { servedBy } from "../../src/core/load/scaling-law.ts";
import { medianOf } from "./provisioning.ts";

export interface ScalingScene {
  readonly of: string;
  readonly contention: number;
  readonly coherency: number;
  readonly sizes: readonly number[];
}

const sizes = [4, 6, 8, 10, 12, 16, 20, 24];
export const scalingScenes: readonly ScalingScene[] = [
  { of: "none", contention: 0, coherency: 0, sizes },
  { of: "contention 2 %", contention: 0.02, coherency: 0, sizes },
  { of: "contention 5 %", contention: 0.05, coherency: 0, sizes },
  { of: "and coherency .1 %", contention: 0.05, coherency: 0.001, sizes },
  { of: "none, six sizes alike", contention: 0, coherency: 0, sizes: [8, 9, 10, 11, 12, 13] },
  { of: "contention 5 %, alike", contention: 0.05, coherency: 0, sizes: [8, 9, 10, 11, 12, 13] },
];

/** Knees to within 5 % either side, versions that differ by 2 %; each size was measured once. */
export function scalingFigures(
  { contention, coherency, sizes: measured }: ScalingScene,
  times: number,
  seeds: number,
) {
  const law = { perInstance: 12, contention, coherency };
  const largest = Math.max(...measured);
  const instances = Math.round(times * largest);
  const truth = servedBy(law, instances);
  const [errors, inProportion, widths]: [number[], number[], number[]] = [[], [], []];
  let covered = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const { normal } = streams(seed)("sizes", 0);
    const seen = measured.map((each) => {
      const served = servedBy(law, each) * Math.exp(Math.hypot(0.025, 0.02) * normal());
      return { instances: each, from: 0.95 * served, to: 1.05 * served };
    });
    const last = seen.at(-1);
    inProportion.push(
      Math.abs((Math.sqrt((last?.from ?? 0) * (last?.to ?? 0)) * instances) / largest / truth - 1),
    );
    const fit = scalingOf(seen);
    const found = "refused" in fit ? fit : servedAt(fit, instances);
    if ("refused" in found) continue;
    errors.push(Math.abs(found.served / truth - 1));
    widths.push(found.high / found.low);
    if (found.low <= truth && truth <= found.high) covered += 1;
  }
  return {
    said: errors.length / seeds,
    error: medianOf(errors),
    inProportion: medianOf(inProportion),
    covered: covered / errors.length,
    width: medianOf(widths),
  };
}
