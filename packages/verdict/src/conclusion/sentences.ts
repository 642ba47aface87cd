/** Verdicts in words: one sentence each, that a person understands without knowing the statistics. */
import type { Combined } from "../combination/combination.ts";
import { patienceSeconds } from "../evidence/guardrail.ts";
import { isJudged, type VerdictSettings } from "../settings.ts";
import { shapeOf } from "../shapes/registry.ts";
import type { About } from "../shapes/shape.ts";
import type { VerdictState } from "../state.ts";
import { decimal, number } from "../wording.ts";

/** "errors: candidate fails 3.1× as often as stable, 412 of 9,031 against 97 of 6,550; the chance of …" */
export function harmSentence(state: VerdictState, settings: VerdictSettings, combined: Combined): string {
  const each = told(state, settings, { names: combined.culprits, about: "where-harm-shows" });
  return `${each.join("; ")}; the chance of such evidence from a healthy model is below ${oneIn(Math.max(combined.logPlain, combined.logThreshold))}`;
}

/** KPIs by how their ceilings are broken. */
export interface Broken {
  readonly alone: readonly string[];
  readonly aloneUnseen: readonly string[];
  readonly shared: readonly string[];
  readonly unseen: readonly string[];
}

export function ceilingSentence(
  state: VerdictState,
  settings: VerdictSettings,
  { alone, aloneUnseen }: Broken,
): string {
  const each = [
    ...told(state, settings, { names: alone, about: "breached" }),
    ...told(state, settings, { names: aloneUnseen, about: "breached-unseen" }),
  ];
  return `${each.join("; ")} (a threshold, with no error guarantee)`;
}

export function heldSentence(
  state: VerdictState,
  settings: VerdictSettings,
  { shared, unseen }: Broken,
): string {
  const each = [
    ...told(state, settings, { names: shared, about: "shared-breach" }),
    ...told(state, settings, { names: unseen, about: "unseen-breach" }),
  ];
  const why =
    unseen.length === 0
      ? "since going back would not help"
      : `for ${patienceSeconds / 60} minutes of this at most`;
  return `${each.join("; ")}; the stage is held, ${why}`;
}

/** Of a host that has all the evidence of harm. */
export function hostSentence(
  state: VerdictState,
  settings: VerdictSettings,
  found: {
    readonly host: string;
    readonly kpis: readonly string[];
    readonly minutes: number;
    readonly lasts: boolean;
  },
): string {
  const each = told(state, settings, { names: found.kpis, about: "where-harm-shows" });
  const lasts = found.lasts
    ? `, for ${found.minutes} minutes (host)`
    : `; it has ${found.minutes} minutes in all to be well again`;
  return `${each.join("; ")}; without instance ${found.host} nothing would be shown${lasts}`;
}

/** Of a bake with all traffic that ended; `clear` are its guardrails. */
export function aloneSentence(clear: readonly string[]): string {
  const alone = "all traffic is the candidate's, no stable traffic is left to compare with";
  return clear.length === 0
    ? `${alone}, and there is no guardrail`
    : `${alone}; every guardrail is clear (thresholds, with no error guarantee)`;
}

/** Of KPIs that the sides could not be compared by. */
export const apartSentence = (names: readonly string[]): string =>
  `${names.join(", ")}: not compared, since each of the candidate's instances carries far more than stable's`;

export function missingSentence(found: {
  readonly settings: VerdictSettings;
  readonly blind: readonly string[];
  readonly requests: { readonly candidate: number };
  readonly bakeEnded: boolean;
}): string {
  const { settings, blind, requests, bakeEnded } = found;
  const when = bakeEnded ? "the bake ended" : "so far";
  if (blind.length > 0)
    return `${blind.join(", ")}: no data of this stage to judge the candidate by, ${when}`;
  return `the candidate served ${number(requests.candidate)} requests in this stage, ${number(settings.minimumRequests)} are needed, ${when}`;
}

export function safeSentence(state: VerdictState, settings: VerdictSettings): string {
  const each = told(state, settings, { names: judgedIn(settings), about: "safe" });
  return `${each.join("; ")}; the chance of such evidence from a worse model is below ${oneIn(-Math.log(settings.beta))}`;
}

export function openSentence(state: VerdictState, settings: VerdictSettings, combined: Combined): string {
  const names = judgedIn(settings);
  if (names.length === 0) return "every guardrail is clear so far";
  const each = told(state, settings, { names, about: "stage" });
  return `${each.join("; ")}; neither harm nor safety is shown yet (evidence ${evidence(combined)})`;
}

export function unprovenSentence(
  state: VerdictState,
  settings: VerdictSettings,
  found: { readonly combined: Combined; readonly unclear: readonly string[] },
): string {
  const each = told(state, settings, { names: found.unclear, about: "stage" });
  return `${each.join("; ")}; the bake ended with neither harm nor safety shown (evidence ${evidence(found.combined)})`;
}

/** A sentence of each of these KPIs, in their order, as their shapes tell it. */
function told(
  state: VerdictState,
  settings: VerdictSettings,
  { names, about }: { readonly names: readonly string[]; readonly about: About },
): string[] {
  const { intervalSeconds } = settings;
  return names.map((name) => {
    const kpi = settings.kpis.find((each) => each.name === name);
    return kpi === undefined
      ? name
      : shapeOf(kpi).sentence(state.kpis[name], kpi, { about, intervalSeconds });
  });
}

const judgedIn = ({ kpis }: VerdictSettings): string[] => kpis.filter(isJudged).map(({ name }) => name);

function evidence({ logE, logThreshold }: Combined): string {
  return `${decimal(logE)} of the ${decimal(logThreshold)} nats that harm takes`;
}

/** "1 in 4,000", rounded down to one digit so that "below" holds; never beyond one in a million. */
function oneIn(logE: number): string {
  const odds = Math.min(1e6, Math.exp(logE));
  const digit = 10 ** Math.floor(Math.log10(odds));
  return `1 in ${number(Math.floor(odds / digit + 1e-9) * digit)}`;
}
