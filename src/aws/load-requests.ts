/** The requests of a load test to a variant, one after the other, each with a body of its own. */
import { chanceOf } from "../core/load/arrivals.ts";
import { patienceOf } from "../core/load/step.ts";
import type { LoadTest } from "../core/plan/load-test.ts";
import type { Plan } from "../core/plan/plan.ts";
import type { Probe } from "../core/release/serving-platform.ts";
import type { Aws } from "./clients.ts";
import { type LoadInputs, loadInputs } from "./load-inputs.ts";
import { wayTo } from "./load-way.ts";
import { servingPlatform } from "./serving/platforms.ts";

export interface RequestsTo {
  readonly plan: Plan;
  readonly loadTest: LoadTest;
  readonly endpoint: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What sends one at each call; `seed` is of the bodies. */
export type SendTo = (variant: string, seed: string) => () => Promise<Probe>;

export interface Requests extends Pick<LoadInputs, "arriving"> {
  readonly sendTo: SendTo;
  /** How long the way there and back takes, milliseconds. */
  readonly wayMs: number;
}

/** To the variants of an endpoint; else why there is nothing to send, in a sentence. */
export async function requestsTo(
  aws: Aws,
  { plan, loadTest, endpoint, now }: RequestsTo,
): Promise<Requests | { readonly lacks: string }> {
  const inputs = await loadInputs(aws, loadTest);
  if ("lacks" in inputs) return inputs;
  const { payloads, arriving } = inputs;
  const platform = servingPlatform(aws);
  const { contentType } = loadTest;
  const sendTo: SendTo = (variant, seed) => {
    const bodies = chanceOf(`bodies ${seed}`);
    const target = { endpoint, variant, now, isLoad: true, patienceMs: patienceOf(plan) };
    return () => platform.probe({ ...target, body: { payload: payloads(bodies), contentType } });
  };
  return { sendTo, arriving, wayMs: await wayTo(aws, { endpoint, limitMs: plan.requirements.latencyMsP99 }) };
}
