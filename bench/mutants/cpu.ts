/**
 * The processor time of all processes that this one has started and that have ended: what a trial costs, however busy the
 * machine is. What two trials side by side take is told of the one that ends first; only the sum is exact.
 */
import { existsSync, readFileSync } from "node:fs";

/** Linux only (proc(5), fields 16 and 17, in hundredths of a second); elsewhere the time that has passed. */
const file = "/proc/self/stat";

function seconds(): number {
  if (!existsSync(file)) return performance.now() / 1000;
  const fields = readFileSync(file, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

export function childrensSeconds(): { sinceLast(): number } {
  let last = seconds();
  return {
    sinceLast: () => {
      const before = last;
      last = seconds();
      return Math.round(10 * (last - before)) / 10;
    },
  };
}
