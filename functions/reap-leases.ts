/**
 * The sweep: finds locks whose holder is over and leases whose end has passed, and starts the same state machine to
 * undo what they left. An execution's end and a schedule both start it. It is no step of the flow.
 */
import * as z from "zod";
import { isOverSince } from "../src/aws/executions.ts";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { endLease, passedLeases } from "../src/aws/leases.ts";
import { heldLocks } from "../src/aws/lock-item.ts";
import { compensate, isCompensation } from "../src/aws/reaper.ts";

/** A status event of the state machine's executions, or the schedule's constant input. */
const Input = z.union([
  z.looseObject({ detail: z.looseObject({ executionArn: z.string(), status: z.string() }) }),
  z.looseObject({ sweep: z.literal("schedule") }),
]);

/** What was done about each thing found, for the log. */
const Output = z.object({ found: z.int(), did: z.array(z.string()) });
type Output = z.infer<typeof Output>;

export const reapLeases: Step<z.infer<typeof Input>, Output> = async (event, tools) => {
  const ended =
    "detail" in event ? (event as { detail: { executionArn: string } }).detail.executionArn : undefined;
  if (ended !== undefined && isCompensation(ended))
    return { found: 0, did: ["a compensation ended; the schedule looks after it"] };
  const locks = (await heldLocks(tools.aws)).filter(
    ({ holder }) => ended === undefined || holder.execution === ended,
  );
  const did: string[] = [];
  for (const lock of locks)
    if (await isOverSince(tools.aws, lock.holder, tools.now()))
      did.push(await each(tools, lock.subject, () => compensate(tools, lock)));
  const leases = ended === undefined ? await passedLeases(tools.aws, tools.now()) : [];
  for (const lease of leases) did.push(await each(tools, lease.releaseId, () => endLease(tools, lease)));
  return { found: locks.length + leases.length, did };
};

/** One that cannot be swept must not keep the others from it; it raises the alarm, and the next sweep tries again. */
async function each(tools: Tools, what: string, act: () => Promise<string>): Promise<string> {
  try {
    return await act();
  } catch (error) {
    tools.log.warn("could not be swept", { what, error: error instanceof Error ? error : String(error) });
    tools.count("SweepFailed");
    return `${what}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export const contract = { input: Input, output: Output };
export const handler = lambda(reapLeases, contract);
