/** Harm that one of the candidate's hosts shows alone: a host, not a model, until it has lasted. */
import type { Lone } from "../combination/combination.ts";
import { roundNats } from "../kept.ts";
import type { VerdictSettings } from "../settings.ts";
import type { VerdictState } from "../state.ts";
import { hostSentence } from "./sentences.ts";

/** The host that had all the evidence before has it since then. */
export function withLoneHost(state: VerdictState, now: Lone | undefined, at: number): VerdictState {
  if (now === undefined) return state;
  const { lone } = state;
  const { host } = now;
  const logE = roundNats(now.logE);
  if (lone?.host !== host) return { ...state, lone: { host, since: at, grownAt: at, logE } };
  return { ...state, lone: logE > lone.logE ? { ...lone, grownAt: at, logE } : lone };
}

/** A host that fails alone is replaced sooner than a model: this long it may be. Seconds. */
const loneHostSeconds = 30 * 60;
/** Evidence that has not grown for so long is of a host that is well again, or gone. Seconds. */
const wellAgainSeconds = 10 * 60;

/** What a lone host comes to at a moment, epoch seconds: it holds the stage, or fails it where it stays. */
export function loneHostAt(
  state: VerdictState,
  settings: VerdictSettings,
  { alone, at }: { readonly alone: readonly Lone[]; readonly at: number },
): {
  readonly fails: boolean;
  /** Where most of the evidence is its own: of a fault of the whole fleet, which soon shows, any host has but a part. */
  readonly host?: string;
  readonly kpis: readonly string[];
  readonly sentence: string;
} | null {
  const { lone } = state;
  if (lone === undefined || alone.length === 0 || at - lone.grownAt >= wellAgainSeconds) return null;
  const kpis = alone.map(({ name }) => name);
  const fails = at - lone.since >= loneHostSeconds;
  const found = { host: lone.host, kpis, minutes: loneHostSeconds / 60, lasts: fails };
  const hasMost = alone.some(({ logE, logWithout }) => logWithout < logE / 2);
  return {
    fails,
    ...(hasMost ? { host: lone.host } : {}),
    kpis,
    sentence: hostSentence(state, settings, found),
  };
}
