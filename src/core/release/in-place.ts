/** A release in place under way: until when, and up to which load, stable can take everything back. */
import { carriedBy, returnOf } from "../feasibility/in-place.ts";
import type { Plan } from "../plan/plan.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { type Change, type Undo, undosOf } from "./change.ts";
import type { Needs } from "./release.ts";
import type { Decision } from "./stage.ts";

/** The change by which stable gives up instances, and those by which what serves in the end has as many as it is to have. */
export const shrinkId = "shrink-stable";
export const growMove = "grow";
/** The change by which the candidate scales as stable did. */
export const adoptId = "adopt-scaling";

/** The change by which stable has again what it gave up, where somebody else has kept it after the promotion. */
export const regrowId = "regrow-stable";

/** Whether a ledger has stable shrunk, be it only intended. */
export const isShrunk = (changes: readonly Pick<Change, "id">[]): boolean =>
  changes.some(({ id }) => id === shrinkId);

/** What a ledger has open of the count that stable gave up instances of: it is open until stable has them again. */
export function shrunkOf(changes: readonly Change[]): Undo | undefined {
  const shrunk = changes.find(({ id }) => id === shrinkId)?.resource;
  return undosOf(changes).find(
    ({ resource: { kind, name } }) => kind === shrunk?.kind && name === shrunk.name,
  );
}

/** Ids of the same. */
export const shrunkIn = (changes: readonly Change[]): string[] =>
  (shrunkOf(changes)?.changes ?? []).map(({ id }) => id);

interface Standing {
  readonly plan: Plan;
  readonly needs: Pick<Needs, "stable" | "inPlace">;
  readonly nowMs: EpochMs;
  /** Requests per second; undefined where none was seen. */
  readonly load: number | undefined;
}

/** Why a release in place has to go back now; undefined where it need not, or is none. */
export function endOfInPlace({ plan, needs, nowMs, load = 0 }: Standing): string | undefined {
  const { stable, inPlace } = needs;
  if (inPlace === undefined) return undefined;
  const carried = carriedBy(plan, stable.instances, stable);
  if (load > carried + 1e-9)
    return `the load is ${load.toFixed(1)} requests per second, and stable's ${stable.instances} instances could take back ${carried.toFixed(1)}`;
  const { wholeMinutes } = returnOf(plan);
  return nowMs + wholeMinutes * 60_000 > epochMs(inPlace.closesAt)
    ? `the low-load window closes at ${inPlace.closesAt}, and the way out takes ${Math.ceil(wholeMinutes)} minutes`
    : undefined;
}

/** The same of what a look has decided, unless it goes back anyhow. */
export function unlessOver(
  decided: { readonly decision: Decision; readonly reason: string },
  standing: Standing,
): typeof decided {
  const why = decided.decision === "roll-back" ? undefined : endOfInPlace(standing);
  return why === undefined ? decided : { decision: "roll-back", reason: why };
}
