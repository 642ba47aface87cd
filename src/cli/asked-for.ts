/** What a command line asks of a rehearsal, whatever its plan and world. */
import { recoverySeconds, settleSeconds } from "../rehearsal/explore/exploration.ts";
import type { CommandLine } from "./arguments.ts";
import { faultsOf } from "./faults.ts";
import { answerOf, startOf, turnsOf } from "./inputs.ts";

/** Throws BadUsage. */
export function askedFor(line: CommandLine, seed: number) {
  const faults = faultsOf(line);
  // What a fault leaves behind is the sweep's, which comes by the clock.
  const calm = faults.length === 0 ? {} : { settleSeconds, recoverySeconds };
  return { seed, faults, ...answerOf(line), ...turnsOf(line), ...startOf(line), ...calm };
}
