/**
 * What a model leans on beside its endpoint: capacity that Application Auto Scaling can set, one entry for each
 * dimension of a resource. Plain data; how each kind behaves is in the file of its kind.
 */
export interface Scalable {
  /** The resource id; where a resource has several dimensions, with the property that is scaled: `table/NAME/ReadCapacityUnits`. */
  readonly id: string;
  /** Application Auto Scaling's names. */
  readonly namespace: string;
  readonly resourceId: string;
  readonly dimension: string;
  readonly creationMs: number;
  lastModifiedMs: number;
  /** False: it is paid for by request, and has no capacity to set. */
  readonly provisioned: boolean;
  /** What it has between releases. */
  readonly atRest: number;
  /** The capacity that was asked for last. */
  desired: number;
  /** The capacity that there is. */
  ready: number;
  /** Whether a change is under way. */
  changing: boolean;
  /** Whether the last change ended short of what was asked for. */
  short: boolean;
  /** How often it was changed. */
  changes: number;
  /** The most that there is to be had. */
  readonly most: number;
  /** When it was last raised, and each time that it was lowered, oldest first; epoch milliseconds. */
  raisedMs?: number;
  readonly loweredMs: number[];
  readonly usdPerUnitHour: number;
  /** What there was from when on, oldest first. */
  readonly levels: Level[];
}

export interface Level {
  readonly atMs: number;
  readonly ready: number;
}

/** What one of them has cost since the start: its capacity over time. */
export interface UnitHours {
  /** Its id. */
  readonly owner: string;
  readonly unitHours: number;
  readonly usd: number;
  /** Of these, what was there above what there is between releases. */
  readonly extraUnitHours: number;
  readonly extraUsd: number;
}

const hourMs = 3_600_000;

/** Sorted by id; until a moment, epoch milliseconds. */
export function unitHoursOf(
  scalables: ReadonlyMap<string, Scalable>,
  { startMs, untilMs }: { readonly startMs: number; readonly untilMs: number },
): UnitHours[] {
  return [...scalables.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, levels, atRest, usdPerUnitHour }) => {
      let [unitMs, extraMs] = [0, 0];
      for (const [nth, { atMs, ready }] of levels.entries()) {
        const toMs = Math.min(levels[nth + 1]?.atMs ?? untilMs, untilMs);
        const lastedMs = Math.max(0, toMs - Math.max(atMs, startMs));
        unitMs += ready * lastedMs;
        extraMs += Math.max(0, ready - atRest) * lastedMs;
      }
      const [unitHours, extraUnitHours] = [unitMs / hourMs, extraMs / hourMs];
      return {
        owner: id,
        unitHours,
        usd: unitHours * usdPerUnitHour,
        extraUnitHours,
        extraUsd: extraUnitHours * usdPerUnitHour,
      };
    });
}
