/**
 * Between releases: looks at the quality of versions that were promoted, where their plans have that watched, by metrics that come
 * days late. A schedule starts it; where nothing is watched, it looks into one partition of the table and is done. It is no step
 * of the flow.
 */
import * as z from "zod";
import { lambda, type Step, type Tools } from "../src/aws/lambda.ts";
import { qualityWatches } from "../src/aws/quality.ts";
import { lookAtQuality } from "../src/aws/quality-looking.ts";
import { SlipwayError } from "../src/core/errors.ts";
import type { QualityEnd } from "../src/core/release/quality-end.ts";
import type { QualityWatch } from "../src/core/release/quality-watch.ts";

/** The schedule's constant input. */
const Input = z.looseObject({ quality: z.literal("schedule") });

/** How many versions are watched, what has ended with this look, how many of them in harm, and what could not be looked at. */
const Output = z.object({
  watched: z.int(),
  ended: z.array(z.string()),
  harmed: z.int(),
  failed: z.array(z.string()),
});
type Output = z.infer<typeof Output>;

export const watchQuality: Step<z.infer<typeof Input>, Output> = async (_, tools) => {
  const { watches, unread } = await qualityWatches(tools.aws);
  const open = watches.filter(({ toldAt }) => toldAt === undefined);
  const looks: Look[] = [];
  for (const watch of open) looks.push(await each(tools, watch));
  const failed = unread.map((id) => `${id}: another version of slipway wrote what is kept of it`);
  return {
    watched: open.length,
    ended: looks.flatMap(({ id, end }) =>
      end === undefined ? [] : [`${id}: ${end.outcome}, ${end.reason}`],
    ),
    harmed: looks.filter(({ end }) => end?.outcome === "harm").length,
    failed: [
      ...failed,
      ...looks.flatMap(({ id, failure }) => (failure === undefined ? [] : [`${id}: ${failure}`])),
    ],
  };
};

interface Look {
  readonly id: string;
  readonly end?: QualityEnd | undefined;
  readonly failure?: string;
}

/** One that cannot be looked at must not keep the others from it; the next time comes within the hour. */
async function each(tools: Tools, watch: QualityWatch): Promise<Look> {
  const { releaseId: id } = watch;
  try {
    return { id, end: await lookAtQuality(tools, watch) };
  } catch (error) {
    // Somebody else looks at the same time, and says what comes of it.
    if (error instanceof SlipwayError && error.name === "LedgerContended") return { id };
    tools.log.warn("a version's quality could not be looked at", {
      releaseId: id,
      error: error instanceof Error ? error : String(error),
    });
    return { id, failure: error instanceof Error ? error.message : String(error) };
  }
}

export const contract = { input: Input, output: Output };
export const handler = lambda(watchQuality, contract);
