/** What a release changes, by what it is of: the names that its ledger knows things by, and how to tell them. */
import type { ResourceRef } from "./change.ts";

/** A variant's scaling, by Application Auto Scaling's resource id. */
export const scalingOf = (endpoint: string, variant: string): ResourceRef => ({
  kind: "scaling",
  name: `endpoint/${endpoint}/variant/${variant}`,
});

/** The instances asked for of a variant. */
export const countOf = (endpoint: string, variant: string): ResourceRef => ({
  kind: "count",
  name: `${endpoint}/${variant}`,
});

/** The weights asked for of an endpoint's variants. */
export const weightsOf = (endpoint: string): ResourceRef => ({ kind: "weights", name: endpoint });
export const isWeights = ({ kind }: ResourceRef): boolean => kind === "weights";

/** The configuration that an endpoint serves, or moves to. */
export const routingOf = (endpoint: string): ResourceRef => ({ kind: "routing", name: endpoint });
export const isRouting = ({ kind }: ResourceRef): boolean => kind === "routing";

export const modelOf = (name: string): ResourceRef => ({ kind: "model", name });
export const isEndpointConfig = ({ kind }: ResourceRef): boolean => kind === "endpoint-config";
export const endpointConfigOf = (name: string): ResourceRef => ({ kind: "endpoint-config", name });

/** The job that primes a pool, and the schedule that ends its lease, by its group and name. */
export const trainingJobOf = (name: string): ResourceRef => ({ kind: "training-job", name });
/** The instances asked for of a HyperPod cluster's instance group, and who holds it: by cluster and group. */
export const instanceGroupOf = (name: string): ResourceRef => ({ kind: "instance-group", name });
export const groupHoldOf = (name: string): ResourceRef => ({ kind: "group-hold", name });
export const scheduleOf = (name: string): ResourceRef => ({ kind: "schedule", name });
