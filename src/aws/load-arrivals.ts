/** How the requests of a plan's load test come: by chance, or by a trace in S3. */
import { traceIn } from "../core/load/arrival-trace.ts";
import { type Arriving, byChance } from "../core/load/arrivals.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import type { Aws } from "./clients.ts";
import { objectText } from "./s3-object.ts";

/** Chosen: some hundred thousand requests, and what an invocation can hold beside them. */
const mostBytes = 5_000_000;

/** What cannot be had is said in a sentence; what may be had in a while is thrown, and tried again. */
export async function arrivingOf(
  aws: Aws,
  { arrivals }: Pick<LoadTest, "arrivals">,
): Promise<Arriving | { readonly lacks: string }> {
  if (arrivals === undefined) return byChance;
  const read = await objectText(aws, arrivals.trace, { mostBytes });
  if ("lacks" in read) return read;
  const found = traceIn(read.text);
  return "lacks" in found ? { lacks: `${arrivals.trace}, ${found.lacks}` } : found;
}
