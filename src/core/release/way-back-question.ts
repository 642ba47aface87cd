/** What the way back asks itself at a look: the endpoint, the load, and what it has taken and was refused so far. */

import type { FleetView, WarmInstances } from "../capacity/endpoint.ts";
import type { LoadOutlook } from "../capacity/load-outlook.ts";
import type { EpochMs } from "../units.ts";
import { type Change, isOpen } from "./change.ts";
import { isWeights } from "./resources.ts";
import type { RollBackInput, WayBackNeeds } from "./undoing.ts";
import type { WayBackQuestion } from "./way-back.ts";
import { movesSince, moveUsd, spentUsd, wayBackBudget } from "./way-back-spending.ts";

/** Capacity that was refused is asked for again after this long. */
const triedAgainSeconds = 300;

export interface WayBackLook {
  readonly plan: RollBackInput["plan"];
  readonly needs: WayBackNeeds;
  readonly endpoint: FleetView;
  readonly warmInstances: WarmInstances;
  readonly load: LoadOutlook;
  /** Of the ledger, oldest first. */
  readonly changes: readonly Change[];
  /** What the looks before have noted; absent at the first. */
  readonly taken: RollBackInput["wayBack"];
  /** When this way back began, ISO 8601. */
  readonly since: string;
  readonly nowMs: EpochMs;
}

export function wayBackQuestion(look: WayBackLook): WayBackQuestion {
  const { plan, needs, endpoint, warmInstances, load, changes, taken, since, nowMs } = look;
  const moves = movesSince(changes, since);
  const secondsSince = (at: string | undefined) => (nowMs - Date.parse(at ?? "1970-01-01")) / 1000;
  const shifts = changes.filter(({ resource }) => isWeights(resource));
  return {
    plan,
    needs,
    endpoint,
    warmInstances,
    load,
    sinceShiftSeconds: Math.min(...shifts.map(({ at }) => secondsSince(at)), secondsSince(undefined)),
    sinceMoveSeconds: secondsSince(moves.at(-1)?.at),
    refused: {
      refill: secondsSince(taken?.refillRefusedAt) < triedAgainSeconds,
      move: secondsSince(taken?.moveRefusedAt) < triedAgainSeconds,
    },
    scaleIn: scaleInOf(changes),
    spent: {
      minutes: (nowMs - Date.parse(since)) / 60_000,
      usd: spentUsd(taken, plan, { needs, endpoint, nowMs }),
      moves: moves.length,
    },
    budget: wayBackBudget(plan, changes, since),
    moveUsd: moveUsd(plan, { needs, endpoint }),
  };
}

/** Whether this release holds stable's scale-in. */
function scaleInOf(changes: readonly Change[]): WayBackQuestion["scaleIn"] {
  const hold = changes.find(({ id }) => id === "hold-scale-in");
  if (hold === undefined || hold.before === null) return "none";
  return isOpen(hold) ? "held" : "freed";
}
