/**
 * A release by SageMaker's deployment guardrails, as users have them without Slipway: one update that builds as many instances
 * as there are beside them, shifts traffic in stages and takes the old ones away. The endpoint is locked all the while, so
 * that nothing scales (developer guide, "Auto scaling policy overview", and deployment guardrails).
 */
import { type Endpoint, type ReleaseUnderWay, sideOf, waitUntil } from "./endpoint.ts";

export function* blueGreen(endpoint: Endpoint): ReleaseUnderWay {
  const { rules, stable, minute } = endpoint;
  endpoint.lock = { until: Number.POSITIVE_INFINITY, done: () => {} };
  endpoint.extra = stable.serving;
  yield* waitUntil(endpoint, minute + rules.launchMinutes(minute));
  endpoint.extra = 0;
  const green = sideOf(endpoint.to, stable.serving, 0);
  endpoint.candidate = green;
  for (const { share, minutes } of rules.stages) {
    green.share = share;
    stable.share = 1 - share;
    yield* waitUntil(endpoint, endpoint.minute + minutes);
  }
  yield* waitUntil(endpoint, endpoint.minute + rules.drainMinutes);
  endpoint.stable = green;
  endpoint.candidate = undefined;
  endpoint.lock = undefined;
}
