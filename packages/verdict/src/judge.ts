/** One look at a release: (state, new observations) → (state, verdict). */
import { combine } from "./combination/combination.ts";
import { withLoneHost } from "./conclusion/lone-host.ts";
import { type Look, type Verdict, verdictOf } from "./conclusion/verdict.ts";
import type { Observation } from "./observations/observation.ts";
import { observe } from "./reducer.ts";
import type { VerdictSettings } from "./settings.ts";
import type { VerdictState } from "./state.ts";

/** Adds what is new to the evidence, and says what it comes to. */
export function judge(
  state: VerdictState,
  settings: VerdictSettings,
  news: Look & { readonly observations: readonly Observation[] },
): { readonly state: VerdictState; readonly verdict: Verdict } {
  const seen = observe(state, settings, news.observations);
  const next = withLoneHost(seen, combine(seen, settings).lone[0], news.at);
  return { state: next, verdict: verdictOf(next, settings, news) };
}
