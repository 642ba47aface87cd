/** To which version a model goes back, by what its releases came to. */
import { type Plan, ReleaseType } from "../plan/plan.ts";
import type { PastRelease } from "./past.ts";

export interface RevertTarget {
  readonly version: number;
  /** Of its release, where that is known. */
  readonly releaseType?: string | undefined;
}

/**
 * The version that was promoted before the one that serves, or else the one that served before the first promotion, or the
 * one that is asked for; a sentence where there is none to go back to.
 */
export function revertTarget(
  past: readonly PastRelease[],
  { model, to }: { readonly model: string; readonly to?: number | undefined },
): RevertTarget | string {
  const promoted = past
    .filter((one) => isPromotion(one, model))
    .sort((one, other) => (one.closedAt < other.closedAt ? 1 : -1));
  const serving = promoted[0]?.version;
  if (to !== undefined && to === serving)
    return `version ${to} of ${model} is the one that was promoted last`;
  const found = promoted.find(({ version }) => version === to || (to === undefined && version !== serving));
  if (found?.version !== undefined) return { version: found.version, releaseType: found.releaseType };
  if (to !== undefined) return { version: to };
  return servedBeforeFirst(promoted) ?? noneOf(model, promoted);
}

/** Newest first; undefined where it is not known, or the one that serves. */
function servedBeforeFirst(promoted: readonly PastRelease[]): RevertTarget | undefined {
  const before = promoted.at(-1)?.servedBefore;
  return before !== undefined && "version" in before && before.version !== promoted[0]?.version
    ? { version: before.version }
    : undefined;
}

function noneOf(model: string, promoted: readonly PastRelease[]): string {
  const none = `the history of ${model} has no other version that was promoted`;
  const why = whyUnknown(promoted.at(-1));
  return why === undefined
    ? `${none}; name one with --to`
    : `${none}, and which one served before is not known: ${why}; name one with --to`;
}

/** Why it is not known what served before a model's first promotion; undefined where there was none, or it is known. */
function whyUnknown(first: PastRelease | undefined): string | undefined {
  if (first === undefined) return undefined;
  const { servedBefore, version } = first;
  if (servedBefore === undefined) return `version ${version} was released before that was kept`;
  return "unknown" in servedBefore ? servedBefore.unknown : undefined;
}

/** The type that the version's release was of, where the plan has that still. */
export function typeIn({ releaseTypes }: Plan, { releaseType }: RevertTarget): ReleaseType | undefined {
  const type = ReleaseType.safeParse(releaseType);
  return type.success && releaseTypes[type.data] !== undefined ? type.data : undefined;
}

/** What the release machine is started with, to go back there. */
export const revertInput = (plan: Plan, target: RevertTarget, note: string) => {
  const type = typeIn(plan, target);
  const { version } = target;
  const asked = { model: plan.model, version, again: true, revert: true, note };
  return type === undefined ? asked : { ...asked, releaseType: type };
};

/** What was promoted in staging never served. */
const isPromotion = ({ model, outcome, milestone, version }: PastRelease, of: string): boolean =>
  model === of && outcome === "promoted" && milestone !== "staging" && version !== undefined;
