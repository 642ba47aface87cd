/**
 * Between releases: has the minimum of an endpoint's fleet follow its load, or what was learnt of it, where a plan asks for that. A
 * schedule starts it; where no plan has one, it looks into one partition of the table and is done. It is no step of the flow.
 */
import * as z from "zod";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { allWatched } from "../src/aws/watched-bounds.ts";
import { type Look, watch } from "../src/aws/watching.ts";
import type { WatchedBounds } from "../src/core/release/watched-bounds.ts";

/** The schedule's constant input. */
const Input = z.looseObject({ watch: z.literal("schedule") });

/**
 * How many endpoints are watched, what was set, how much of that put back what had turned out worse, what keeps more from being set,
 * and how many could not be looked at.
 */
const Output = z.object({
  watched: z.int(),
  set: z.array(z.string()),
  harmed: z.int(),
  lines: z.array(z.string()),
  failed: z.int(),
});
type Output = z.infer<typeof Output>;

export const watchLoad: Step<z.infer<typeof Input>, Output> = async (_, tools) => {
  const { watched, unread } = await allWatched(tools.aws);
  const looks: Looked[] = [];
  for (const record of watched) looks.push(await each(tools, record));
  return {
    watched: watched.length,
    set: looks.flatMap(({ set, endpoint }) => (set === undefined ? [] : [`${endpoint}: ${setText(set)}`])),
    harmed: looks.filter(({ set }) => set?.adjusted?.outcome === "put-back").length,
    lines: [
      ...looks.flatMap(({ line, endpoint }) => (line === undefined ? [] : [`${endpoint}: ${line}`])),
      ...unread.map((endpoint) => `${endpoint}: another version of slipway wrote what is kept of it`),
    ],
    failed: looks.filter(({ failed }) => failed).length,
  };
};

const setText = ({ from, to, why }: NonNullable<Look["set"]>): string =>
  `minimum ${from} → ${to}, since ${why}`;

interface Looked extends Look {
  readonly endpoint: string;
  readonly failed: boolean;
}

/** One that cannot be looked at must not keep the others from it; the next time comes in minutes. */
async function each(tools: Tools, record: WatchedBounds): Promise<Looked> {
  const { endpoint } = record;
  try {
    const look = await watch(tools, record);
    if (look.set !== undefined) {
      const { adjusting: _, ...set } = look.set;
      tools.log.info("a minimum was set", { endpoint, ...set });
    }
    return { endpoint, failed: false, ...look };
  } catch (error) {
    tools.log.warn("could not be looked at", {
      endpoint,
      error: error instanceof Error ? error : String(error),
    });
    return { endpoint, failed: true, line: error instanceof Error ? error.message : String(error) };
  }
}

export const contract = { input: Input, output: Output };
export const handler = lambda(watchLoad, contract);
