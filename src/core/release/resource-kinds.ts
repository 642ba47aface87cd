/** What is peculiar to each kind of resource that a release may change. All else about changes holds for every kind. */
import { sameWeight } from "../capacity/endpoint.ts";
import { type LeaseKind, leaseKinds } from "../plan/alongside/kinds.ts";
import { isAsked } from "./content.ts";
import { type JsonValue, same } from "./json-value.ts";

export interface ResourceTraits {
  /** Whether a resource as it was found is in a state that the ledger has. */
  readonly isIn: (found: JsonValue, state: JsonValue) => boolean;
  /** Made under a name of the release's own: one that exists already is somebody else's. */
  readonly isMade: boolean;
  /**
   * Made by a call for each of its parts, which belong to whoever set them last. It goes in one call, as all other kinds
   * change in one.
   */
  readonly hasParts: boolean;
  /** AWS moves it by itself, so that no state of it shows somebody's hand. */
  readonly movesByItself: boolean;
  /** A state of the endpoint itself, and no thing beside it: what is left of it is the way back's to undo. */
  readonly isOfEndpoint: boolean;
  /** Left where it is while nobody can see whether it serves. */
  readonly mayServe: boolean;
  /** Taken away in more than one call. */
  readonly endsInSteps: boolean;
  /** It is gone once it has done its work, whoever looks: what is known of it may be over. */
  readonly goesByItself: boolean;
  /** A lease of the release's own on what others may lean on too: it is given back however the release ends. */
  readonly isLease: boolean;
  /** Whether what was taken away of a resource as it was found is still there. */
  readonly isGoing: (found: JsonValue) => boolean;
  /** Given back once nothing else of the release is left to put back: until then nobody else may have what it is for. */
  readonly goesLast: boolean;
  /** Whether a change of a resource as it was found has begun, and nobody has said yet that it is done. */
  readonly isUnderWay: (found: JsonValue) => boolean;
}

const thing: ResourceTraits = {
  isIn: same,
  isMade: false,
  hasParts: false,
  movesByItself: false,
  isOfEndpoint: false,
  mayServe: false,
  endsInSteps: false,
  goesByItself: false,
  isLease: false,
  isGoing: () => false,
  goesLast: false,
  isUnderWay: () => false,
};
/** AWS never changes its content once it exists, and answers with more than it was asked for. */
const immutable: ResourceTraits = { ...thing, isIn: isAsked, isMade: true, mayServe: true };
const ofEndpoint: ResourceTraits = { ...thing, isOfEndpoint: true, mayServe: true };

/** A job that was found says what it runs on, and nothing of what it was started with beside that. */
const sameJob = (found: JsonValue, state: JsonValue): boolean => {
  const [is, should] = [found, state].map((each) => (isMembers(each) ? each : undefined));
  if (is === undefined || should === undefined) return found === state;
  return is.instanceType === should.instanceType && is.instances === should.instances;
};
/** Of a group its count alone is the release's: what else it is described with is whoever's. */
const sameCount = (found: JsonValue, state: JsonValue): boolean =>
  isMembers(found) && isMembers(state) ? found.instances === state.instances : found === state;
const isMembers = (value: JsonValue): value is { readonly [key: string]: JsonValue } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What somebody else has made of what it is a lease on is theirs; the lease itself goes all the same. */
const lease: ResourceTraits = {
  ...thing,
  endsInSteps: true,
  isLease: true,
  isUnderWay: (found) => isMembers(found) && found.underWay === true,
};
const leases = Object.fromEntries(leaseKinds.map((kind) => [kind, lease])) as Record<
  LeaseKind,
  ResourceTraits
>;

const traits = {
  scaling: { ...thing, hasParts: true },
  model: immutable,
  "endpoint-config": immutable,
  routing: ofEndpoint,
  weights: { ...ofEndpoint, isIn: (found, state) => same(found, state, sameWeight) },
  count: { ...ofEndpoint, movesByItself: true },
  "training-job": { ...thing, isIn: sameJob, isMade: true, endsInSteps: true },
  schedule: { ...thing, isMade: true, goesByItself: true },
  "instance-group": {
    ...thing,
    isIn: sameCount,
    endsInSteps: true,
    isGoing: (found) => isMembers(found) && found.going !== undefined,
  },
  "group-hold": { ...thing, isMade: true, goesLast: true },
  ...leases,
} as const satisfies Readonly<Record<string, ResourceTraits>>;

export type ResourceKind = keyof typeof traits;
export const resourceKinds = Object.keys(traits) as [ResourceKind, ...ResourceKind[]];

export const traitsOf = (kind: ResourceKind): ResourceTraits => traits[kind];
