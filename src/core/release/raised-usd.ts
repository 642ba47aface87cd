/**
 * What a release has raised in all, on top of the steady fleet: by its last look, and by its ledger from there to its end. The
 * looks end before the candidate or stable leaves, and a release that fails as it joins has none.
 */
import type { SizedFleet } from "../capacity/candidate-fleet.ts";
import { drainedMinutes, updateMinutes } from "../capacity/locked-minutes.ts";
import { type Raising, totalHours } from "../cost/estimate.ts";
import { rounded } from "../cost/expenses.ts";
import type { Plan } from "../plan/plan.ts";
import { costOf } from "../plan/prices.ts";
import { type EpochMs, epochMs } from "../units.ts";
import type { Change } from "./change.ts";
import type { JournalEntry } from "./journal.ts";
import type { Needs } from "./release.ts";
import { isRouting } from "./resources.ts";

interface Ended {
  readonly plan: Plan;
  readonly needs: Needs;
  /** Its ledger. */
  readonly changes: readonly Change[];
  readonly journal: readonly JournalEntry[];
  /** ISO 8601. */
  readonly closedAt: string;
  /** When its instances were seen to be there, ISO 8601. */
  readonly thereAt?: string | undefined;
  readonly isPromoted: boolean;
}

/**
 * US dollars, without what has no known price; what is leased beside the endpoint counts up to the last look, and the last
 * update up to the look that found it over. Undefined where nobody has seen an instance of what was asked for: whether any
 * came is not known.
 */
export function raisedUsd(ended: Ended): number | undefined {
  const { plan, needs, changes, journal, closedAt } = ended;
  const tried = needs.triedUsd ?? 0;
  const [join, ...moves] = changes.filter(
    ({ resource, state }) => isRouting(resource) && state !== "intended",
  );
  if (join === undefined) return rounded(tried);
  const look = journal.findLast((entry) => entry.kind === "look" && entry.spentUsd !== undefined);
  if (look === undefined && ended.thereAt === undefined && !journal.some(hasCandidate)) return undefined;
  const spent = look?.kind === "look" ? (look.spentUsd ?? 0) : tried;
  const sizes = sizesSeen(ended);
  const fromMs = epochMs(look?.at ?? join.at);
  const untilMs = Math.max(fromMs, epochMs(closedAt));
  // Beside stable until it leaves, or stable does.
  const leftMs = Math.min(untilMs, Math.max(fromMs, epochMs(moves.at(-1)?.at ?? closedAt)));
  const parts = [
    ...(look === undefined ? joining(ended, sizes, { fromMs, untilMs: leftMs }) : []),
    { minutes: minutes(fromMs, leftMs), raised: [sizes.candidate] },
    ...leaving(ended, sizes, minutes(leftMs, untilMs)),
  ];
  return rounded(spent + costOf(totalHours(parts), plan).usd);
}

interface Sizes {
  readonly stable: SizedFleet;
  readonly candidate: SizedFleet;
}

const hasCandidate = (entry: JournalEntry): boolean =>
  "fleets" in entry && (entry.fleets.candidate?.provisioned ?? 0) > 0;

/** As they were seen last while both were there; as they were planned where nobody has looked. */
function sizesSeen({ needs, journal }: Pick<Ended, "needs" | "journal">): Sizes {
  const both = journal.findLast(
    (entry) => hasCandidate(entry) && "fleets" in entry && entry.fleets.stable !== undefined,
  );
  const seen = both !== undefined && "fleets" in both ? both.fleets : {};
  const of = (side: "stable" | "candidate"): SizedFleet => {
    const { instanceType, instances } = needs[side];
    const { desired = instances, provisioned = 0 } = seen[side] ?? {};
    return { instanceType, instances: Math.max(desired, provisioned) };
  };
  return { stable: of("stable"), candidate: of("candidate") };
}

/** Both fleets are made anew beside stable, which goes once they are there, or after as long as an update takes. */
function joining(
  { thereAt }: Pick<Ended, "thereAt">,
  { stable }: Sizes,
  { fromMs, untilMs }: { fromMs: EpochMs; untilMs: EpochMs },
): Raising[] {
  const over = thereAt === undefined ? fromMs + 60_000 * updateMinutes : epochMs(thereAt);
  return [{ minutes: minutes(fromMs, Math.min(over, untilMs)), raised: [stable] }];
}

/** A promotion makes the candidate's fleet anew beside itself, a way back makes stable's; then both old ones drain. */
function leaving(
  { isPromoted }: Pick<Ended, "isPromoted">,
  { stable, candidate }: Sizes,
  all: number,
): Raising[] {
  if (!isPromoted) return [{ minutes: all, raised: [stable, candidate] }];
  const drained = Math.min(all, drainedMinutes);
  return [
    { minutes: all - drained, raised: [candidate, candidate] },
    { minutes: drained, raised: [stable, candidate] },
  ];
}

const minutes = (fromMs: EpochMs, untilMs: EpochMs): number => Math.max(0, untilMs - fromMs) / 60_000;
