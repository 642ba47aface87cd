/**
 * The invariants over one rehearsal: watches the services, follows locks and ledgers on the wire, and tells thirteen
 * checkers what happens. What they report is no violation of a step's, but of what the whole promises.
 */

import type { ExecutionRecord, LeftOver, Observer, StateEntry } from "#twin/engine";
import type { Service } from "#twin/services";
import type { WorldView } from "#twin/world";
import type { Plan } from "../../core/plan/plan.ts";
import { evidenceIn, releasedBeside, releasedFirst } from "../release/released.ts";
import type { ReleaseScene as Rehearsed } from "../release/request.ts";
import { snapshotOf } from "./account-snapshot.ts";
import { attributable } from "./attributable.ts";
import { capacityBeforeTraffic } from "./capacity-before-traffic.ts";
import { type CheckContext, type Figures, type LeasedCost, noFigures, type Raised } from "./check-context.ts";
import { type Checker, type InvariantName, invariantNames, type Violation } from "./checker.ts";
import { everyChangeEvidenced } from "./every-change-evidenced.ts";
import { exactlyOnce } from "./exactly-once.ts";
import { gatesNeverTrap } from "./gates-never-trap.ts";
import { createHolds } from "./kinds/group-hold.ts";
import { createLoans } from "./loans.ts";
import { createLocks } from "./locks.ts";
import { neverPromoteBlind } from "./never-promote-blind.ts";
import { noOrphans } from "./no-orphans.ts";
import type { ArrivingCall, AttemptedCall, ObservedCall } from "./observation.ts";
import { observedServices } from "./observed-services.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { outcomeVerified } from "./outcome-verified.ts";
import { createOutsideHands } from "./outside-hands.ts";
import { overOnceAnswered } from "./over-once-answered.ts";
import { createOwners } from "./owners.ts";
import { createPassages } from "./passages.ts";
import { closingIn } from "./release-records.ts";
import { createReplaced } from "./replaced.ts";
import { createSharedLeases } from "./shared-leases.ts";
import { wayBack } from "./way-back.ts";
import { withinMeans } from "./within-means.ts";
import { writeAhead } from "./write-ahead.ts";

export interface Invariants {
  /** The services as the twin must be given them. */
  watch(services: readonly Service[]): readonly Service[];
  onCalled(called: AttemptedCall): void;
  /** For the engine's `onEntered` and `onStatus`. */
  onEntered(entry: StateEntry): void;
  onStatus(record: ExecutionRecord): void;
  /** For the engine's `onLeftOver`. */
  onLeftOver(leftOver: LeftOver): void;
  /** When everything has ended, the sweep included: all violations by invariant, in the order of `invariantNames`. */
  finish(): Record<InvariantName, readonly Violation[]>;
  /** What is counted beside the violations; final after `finish`. */
  readonly figures: Readonly<Figures>;
  /** What the releases raised, item by item; final after `finish`. */
  readonly raised: readonly Raised[];
  /** What their leases cost; final after `finish`. */
  readonly leased: readonly LeasedCost[];
}

const checkersOf = (context: CheckContext): readonly Checker[] => [
  capacityBeforeTraffic(context),
  wayBack(context),
  noOrphans(context),
  oneAtATime(context),
  writeAhead(context),
  exactlyOnce(context),
  neverPromoteBlind(context),
  withinMeans(context),
  outcomeVerified(context),
  overOnceAnswered(),
  attributable(context),
  gatesNeverTrap(context),
  everyChangeEvidenced(context),
];

/** Steps that put back what a release has changed. */
const backward: ReadonlySet<string> = new Set(["RollBack", "ScaleDown"]);

const barsTheWayBack = ({ frame, outcome }: ObservedCall): boolean =>
  backward.has(frame?.state ?? "") && "error" in outcome && outcome.error.name === "ResourceLimitExceeded";

export interface InvariantsOptions {
  readonly world: WorldView;
  readonly plan: Plan;
  /** Other plans of the same stack, each with an endpoint of its own. */
  readonly beside?: readonly Plan[];
  /** The schedules that exist, as `GROUP/NAME`, or `NAME` in the default group. */
  readonly schedules: () => readonly string[];
  /** When the last refusal that lasts ends, epoch milliseconds; absent: nothing is refused for long. */
  readonly refusedUntilMs?: () => number;
  /** The bucket that evidence is to be in; absent: none is kept. */
  readonly evidenceIn?: string | undefined;
}

/** The account as it is now is what must be there again; create this before the first execution starts. */
export function createInvariants({
  world,
  plan,
  beside = [],
  schedules,
  refusedUntilMs = () => 0,
  evidenceIn,
}: InvariantsOptions): Invariants {
  const plans = new Map([plan, ...beside].toReversed().map((each) => [each.endpoint.name, each]));
  const holds = createHolds();
  const account = { world, schedules, holds: holds.standing };
  const inputs = new Map<string, unknown>();
  const locks = createLocks();
  const passages = createPassages(locks, account);
  const outside = createOutsideHands(account);
  const loans = createLoans(account, outside);
  const owners = createOwners(passages);
  const figures = noFigures();
  const raised: Raised[] = [];
  const leased: LeasedCost[] = [];
  /** When AWS last had no room for what puts things back: that is a refusal of some length too. */
  let noRoomMs = 0;
  const planOf = (endpoint = "") => plans.get(endpoint) ?? plan;
  const refusedMs = () => Math.max(refusedUntilMs(), noRoomMs);
  const context: CheckContext = {
    ...account,
    planOf,
    replaced: createReplaced({ world, outside, planOf, refusedUntilMs: refusedMs }),
    locks,
    passages,
    outside,
    loans,
    owners,
    shared: createSharedLeases(account),
    figures,
    raised,
    leased,
    refusedUntilMs: refusedMs,
    evidenceIn,
    inputOf: (execution) => inputs.get(execution),
    before: snapshotOf(account),
  };
  const checkers = checkersOf(context);
  let told = world.events.length;

  /** Tells what the world did since it was last looked at. */
  function catchUp(): void {
    for (const entry of world.events.slice(told)) {
      outside.world(entry);
      if (entry.by.who === "sagemaker" && entry.by.why === "no capacity") noRoomMs = entry.atMs;
      for (const checker of checkers) checker.onWorld?.(entry);
    }
    told = world.events.length;
  }

  function asked(asked: ArrivingCall): void {
    catchUp();
    outside.asked(asked);
    loans.asked(asked);
    for (const checker of checkers) checker.onAsked?.(asked);
  }

  function seen(seen: ObservedCall): void {
    told = world.events.length;
    holds.seen(seen);
    outside.seen(seen);
    owners.seen(seen);
    if (barsTheWayBack(seen)) noRoomMs = seen.call.at;
    const closed = closingIn(seen);
    for (const checker of checkers) if (closed !== undefined) checker.onClosed?.(closed, seen);
    for (const event of passages.follow(seen)) for (const checker of checkers) checker.onLock?.(event, seen);
    for (const checker of checkers) checker.onCall?.(seen);
  }

  return {
    figures,
    raised,
    leased,
    watch(services) {
      return observedServices(services, world, { asked, seen });
    },
    onCalled(called) {
      for (const checker of checkers) checker.onCalled?.(called);
    },
    onEntered(entry) {
      catchUp();
      for (const checker of checkers) checker.onEntry?.(entry);
    },
    onLeftOver(leftOver) {
      for (const checker of checkers) checker.onLeftOver?.(leftOver);
    },
    onStatus({ name, input }) {
      inputs.set(name, JSON.parse(input));
    },
    finish() {
      catchUp();
      for (const checker of checkers) checker.onEnd?.();
      const found = new Map(checkers.map(({ name, violations }) => [name, violations]));
      return Object.fromEntries(invariantNames.map((name) => [name, found.get(name) ?? []])) as Record<
        InvariantName,
        readonly Violation[]
      >;
    },
  };
}

/** What a rehearsal's record holds under `invariants`. */
export interface InvariantFindings {
  readonly violations: Readonly<Record<InvariantName, readonly Violation[]>>;
  readonly figures: Figures;
  readonly raised: readonly Raised[];
  readonly leased: readonly LeasedCost[];
}

/** The invariants as an observer of a rehearsal. */
export function observeInvariants({ world, request, schedules, refusedUntilMs }: Rehearsed): Observer {
  const plans = { plan: releasedFirst(request), beside: releasedBeside(request) };
  const invariants = createInvariants({ world, ...plans, schedules, refusedUntilMs, evidenceIn });
  return {
    name: "invariants",
    watch: invariants.watch,
    called(call, invocation) {
      if (invocation === undefined || invocation.neighbour !== undefined) return;
      const { execution, state, stage, id } = invocation;
      invariants.onCalled({ call, frame: { execution, state, stage, invocation: id } });
    },
    entered: invariants.onEntered,
    status: invariants.onStatus,
    leftOver: invariants.onLeftOver,
    findings: (): InvariantFindings => ({
      violations: invariants.finish(),
      figures: { ...invariants.figures },
      raised: [...invariants.raised],
      leased: [...invariants.leased],
    }),
  };
}
