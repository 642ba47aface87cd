/** What the requests of a plan's load test are made of: their bodies, and how they come. */
import type { Arriving } from "../core/load/arrivals.ts";
import type { Payloads } from "../core/load/payloads.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import type { Aws } from "./clients.ts";
import { arrivingOf } from "./load-arrivals.ts";
import { payloadsOf } from "./load-payloads.ts";

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
