/** An instance that was there, and warm, before the world began. */
import type { Instance } from "./instance-state.ts";
import type { Random } from "./random.ts";

export function seededInstance(instanceType: string, sinceMs: number, random: Random): Instance {
  const hex = () =>
    Math.floor(random.uniform() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, "0");
  return {
    id: `i-${hex()}${hex()}0`,
    instanceType,
    launchedMs: sinceMs,
    readyMs: sinceMs,
    warmMs: sinceMs,
  };
}
