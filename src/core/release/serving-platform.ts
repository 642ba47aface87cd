/**
 * What serves models, as steps know it: they look at an endpoint's fleets, ask for the changes that a release is to make of
 * them, and make those under the ledger, whatever platform the endpoint is on. A platform changes nothing by itself.
 */
import type { EquippedVariant, Fleets, FleetView, PlaceNames } from "../capacity/endpoint.ts";
import type { InstancesByType } from "../feasibility/feasibility.ts";
import type { TrainingPlanView } from "../feasibility/reserved.ts";
import type { ContainerFacts, DescribedSide, GateLook, Looked } from "../gates/facts.ts";
import type { FleetMetrics } from "../kpis/fleet-metrics.ts";
import type { InstanceNeeds, Plan } from "../plan/plan.ts";
import type { RequestBody } from "../plan/warmth.ts";
import type { Change, Intent, ResourceRef } from "./change.ts";
import type { JsonValue } from "./json-value.ts";
import type { KeptSeen } from "./kept.ts";
import type { Promoted } from "./leaving.ts";
import type { Named } from "./names.ts";
import type { Needs, Sizes } from "./release.ts";
import type { ScaleDownNeeds, WayBackNeeds } from "./undoing.ts";

/** What a document says of a release on an endpoint. What of it only its platform wrote is its platform's to read. */
export type AnyNeeds = Needs | WayBackNeeds | ScaleDownNeeds;

/** An endpoint before a release. */
export interface Served extends Fleets<EquippedVariant> {
  /** What the platform calls the place that it is at. */
  readonly called: string;
}

/** A fleet, and the containers of its model. */
export interface FleetMade {
  readonly variant: string;
  readonly containers: Looked<readonly ContainerFacts[]>;
  /** Which specification of a version it was made by, where it is not the first. */
  readonly specification: string | undefined;
}

/** A change of an endpoint: which resource of the ledger's, and what it should be. */
export interface ChangeTo {
  readonly resource: ResourceRef;
  readonly to: JsonValue;
}

/** An endpoint's way to another place. */
export interface Move extends ChangeTo {
  /** What must be there before it moves, each asked for once the one before it is made. */
  readonly prepare: AsyncIterable<Intent>;
  /** What the platform calls the place. */
  readonly to: string;
}

/** Whether a release can begin on what serves. */
export interface Suitability {
  /** One sentence for each thing that a release cannot handle. */
  readonly unsupported: readonly string[];
  /** The most instances that stable's auto scaling goes to; absent where it has none. */
  readonly stableMaximum?: number | undefined;
  /** The registry's ARN of the version that serves; undefined where its model was made of none. */
  readonly madeOf?: string | undefined;
}

/** What bounds the fleets of an endpoint, instances by type. */
export interface Limits {
  /** The account's quota; of a type that is absent none is known. */
  readonly quota: InstancesByType;
  /** What else counts against it. */
  readonly elsewhere: InstancesByType;
  /** Endpoints that this account's rights, or the platform, would not let be looked at. */
  readonly unseen: readonly string[];
}

/** What came of one request. */
export interface Probe {
  readonly answered: boolean;
  readonly milliseconds: number;
  readonly error?: string;
  /** Not for want of capacity, and it would be so again: no right, no such fleet, a body that the model does not take. */
  readonly isRefused?: boolean;
}

/** The error of a request that nobody answered while it was waited for. */
export const unanswered = "no answer";

export interface ProbeTarget {
  readonly endpoint: string;
  readonly variant: string;
  readonly body: RequestBody;
  /** One of many, by which a fleet is tested: it is sent once and never again, whatever comes back. */
  readonly isLoad?: boolean;
  readonly now: () => number;
  /** How long its answer is waited for, milliseconds. */
  readonly patienceMs: number;
}

/** A fleet's own auto scaling, whose state is null where it has none. */
export interface FleetScaling {
  of(endpoint: string, variant: string): ResourceRef;
  /**
   * Before its first traffic the candidate scales as stable does, but only up, and only as far as the way back has room
   * for: the changes in their order, none where stable has no scaling to give, or in place, before it serves alone.
   */
  adopt(of: {
    readonly needs: Needs;
    readonly endpoint: Pick<FleetView, "name" | "status" | "variants" | "at">;
    readonly changes: readonly Change[];
  }): readonly Intent[];
  /** The candidate's without a release's hold on it, as the ledger knows that: of its state now. */
  lifted(changes: readonly Change[]): (now: JsonValue) => JsonValue;
}

/** A release, as what it creates says whose it is. */
interface Tagging {
  readonly id: string;
  readonly model: string;
}

export interface ServingPlatform {
  /** The fleets of an endpoint under release, and where it stands. @throws NotFound where there is no such endpoint */
  view(name: string, needs: AnyNeeds): Promise<FleetView>;
  /** An endpoint before a release, with what its fleets run and run on. @throws NotFound where there is none */
  look(name: string): Promise<Served>;
  /** The model versions that have traffic, where they are known; none where there is no such endpoint. */
  versionsServed(name: string): Promise<number[]>;
  /** Whether a version can be released where this one serves, as both are described. */
  suits(asked: {
    readonly plan: Plan;
    readonly candidate: InstanceNeeds;
    readonly packageArn: string;
  }): Promise<Suitability>;
  /** The candidate, as it is or is to be made, and what serves, as gates go by them. */
  describe(asked: {
    readonly name: string;
    readonly needs: Needs;
    readonly look: GateLook;
  }): Promise<{ readonly candidate: DescribedSide; readonly serving: DescribedSide }>;
  /** What each fleet of an endpoint is made of, whether or not it has traffic. */
  made(asked: { readonly name: string; readonly look: GateLook }): Promise<Looked<readonly FleetMade[]>>;
  /** Quota and what counts against it, of some instance types; `but` are endpoints that do not count. */
  limits(asked: { readonly but: readonly string[]; readonly types: readonly string[] }): Promise<Limits>;
  /** Capacity that was bought before, by its ARN; undefined where there is none of that name. */
  reserved(arn: string): Promise<TrainingPlanView | undefined>;
  /** Sends one request to a variant, whatever its weight; a failure or no answer is an answer too, never an exception. */
  probe(target: ProbeTarget): Promise<Probe>;
  /** How long one request takes that reaches no model, milliseconds: the way and nothing else; undefined where that cannot be told. */
  way(target: Pick<ProbeTarget, "endpoint" | "now" | "patienceMs">): Promise<number | undefined>;
  /**
   * Names of the resources that an endpoint which a release leaves relies on, whoever made them; none where it is gone.
   */
  inUse(left: Promoted & { readonly changes: readonly Change[] }): Promise<ReadonlySet<string>>;
  /** A thing that a release made, as it is now: what it is, whose it says it is, and which endpoint is on it. */
  seenOf(resource: ResourceRef): Promise<KeptSeen>;
  /** What the candidate is made of and somebody has deleted, in a sentence: a move that needs it is not to be tried again. */
  missing(of: Promoted): Promise<string | undefined>;

  /** What is planned, with what the platform calls all that the release is to make and to leave. */
  named(
    sizes: Sizes,
    on: { readonly of: Named; readonly called: string; readonly stable: EquippedVariant },
  ): Needs;
  /** What the release makes under names of its own. */
  makes(needs: Needs): readonly ResourceRef[];
  /** What the platform calls the places of a release. */
  placesOf(needs: AnyNeeds): PlaceNames;

  /** Puts the candidate beside stable, at weight 0. */
  join(of: { readonly release: Tagging; readonly plan: Plan; readonly needs: Needs }): Move;
  /** Sets how many instances a variant is to have. */
  resize(endpoint: string, variant: string, instances: number): ChangeTo;
  /** Sets weights by variant; they are the resource's state. */
  shift(endpoint: string, weights: JsonValue): ChangeTo;
  /** Takes the candidate off the endpoint: it is as before. What is prepared for that is to stay. */
  leaveCandidate(of: {
    readonly name: string;
    readonly needs: WayBackNeeds;
    readonly changes: readonly Change[];
  }): Move;
  /** Takes stable off the endpoint, once the candidate is promoted. */
  leaveStable(of: Promoted & { readonly changes: readonly Change[] }): Move;
  readonly scaling: FleetScaling;
  /** By which load, warmth and KPIs are read. */
  readonly metrics: FleetMetrics;
  /**
   * All that follows from a promotion and a ledger does not intend yet, in its order, so that the ledger names whatever part
   * of it cannot be done. `at` is ISO 8601.
   */
  afterPromotion(
    changes: readonly Change[],
    promoted: Promoted,
    at: string,
  ): readonly Omit<Change, "seq" | "state">[];
}
