/** What the requests of a plan's load test are made of: their bodies, and how they come. */
import { traceIn } from "../core/load/arrival-trace.ts";
import { type Arriving, byChance } from "../core/load/arrivals.ts";
import type { Payloads } from "../core/load/payloads.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import type { Aws } from "./clients.ts";
import { payloadsOf } from "./load-payloads.ts";
import { objectText } from "./s3-object.ts";

export interface LoadInputs {
  readonly payloads: Payloads;
  readonly arriving: Arriving;
}

/** What cannot be had is said in a sentence, by the plan's key; what may be had in a while is thrown, and tried again. */
export async function loadInputs(
  aws: Aws,
  loadTest: Pick<LoadTest, "payloads" | "arrivals">,
): Promise<LoadInputs | { readonly lacks: string }> {
  const [payloads, arriving] = await Promise.all([payloadsOf(aws, loadTest), arrivingOf(aws, loadTest)]);
  if ("lacks" in payloads) return { lacks: `loadTest.payloads: ${payloads.lacks}` };
  return "lacks" in arriving ? { lacks: `loadTest.arrivals: ${arriving.lacks}` } : { payloads, arriving };
}

/** Chosen: some hundred thousand requests, and what an invocation can hold beside them. */
const mostBytes = 5_000_000;

/** By chance, or by a trace. */
async function arrivingOf(
  aws: Aws,
  { arrivals }: Pick<LoadTest, "arrivals">,
): Promise<Arriving | { readonly lacks: string }> {
  if (arrivals === undefined) return byChance;
  const read = await objectText(aws, arrivals.trace, { mostBytes });
  if ("lacks" in read) return read;
  const found = traceIn(read.text);
  return "lacks" in found ? { lacks: `${arrivals.trace}, ${found.lacks}` } : found;
}
