/**
 * Between releases: sends the spike that a plan wants at low hours once its version serves, on top of the users' load, and tells
 * what came of it. A schedule starts it; where none is to come, it looks into one partition of the table and is done. It is no step
 * of the flow.
 */
import * as z from "zod";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { lookAtSpike, type SpikeLook } from "../src/aws/later-spike-looking.ts";
import { laterSpikes } from "../src/aws/later-spikes.ts";
import { SlipwayError } from "../src/core/errors.ts";
import type { LaterSpike } from "../src/core/release/later-spike.ts";

/** The schedule's constant input. */
const Input = z.looseObject({ spike: z.literal("schedule") });

/** How many are to come, what has ended with this look, how many of them were not taken, and what could not be looked at. */
const Output = z.object({
  awaited: z.int(),
  ended: z.array(z.string()),
  notTaken: z.int(),
  failed: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

export const rehearseSpike: Step<z.infer<typeof Input>, Output> = async (_, tools) => {
  const { spikes, unread } = await laterSpikes(tools.aws);
  const open = spikes.filter(({ toldAt }) => toldAt === undefined);
  const looks: Look[] = [];
  for (const spike of open) {
    const look = await each(tools, spike);
    looks.push(look);
    // An invocation has time for one; the next comes in minutes.
    if (look.hasSent === true) break;
  }
  return {
    awaited: open.length,
    ended: looks.flatMap(({ id, end }) =>
      end === undefined ? [] : [`${id}: ${end.outcome}, ${end.reason}`],
    ),
    notTaken: looks.filter(({ end }) => end?.outcome === "not-taken").length,
    failed: [
      ...unread.map((id) => `${id}: another version of slipway wrote what is kept of it`),
      ...looks.flatMap(({ id, failure }) => (failure === undefined ? [] : [`${id}: ${failure}`])),
    ],
  };
};

interface Look extends SpikeLook {
  readonly id: string;
  readonly failure?: string;
}

/** One that cannot be looked at must not keep the others from it. */
async function each(tools: Tools, spike: LaterSpike): Promise<Look> {
  const { releaseId: id } = spike;
  try {
    return { id, ...(await lookAtSpike(tools, spike)) };
  } catch (error) {
    // Somebody else looks at the same time, and says what comes of it.
    if (error instanceof SlipwayError && error.name === "LedgerContended") return { id };
    tools.log.warn("a spike could not be looked at", {
      releaseId: id,
      error: error instanceof Error ? error : String(error),
    });
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}

export const contract = { input: Input, output: Output };
export const handler = lambda(rehearseSpike, contract);
