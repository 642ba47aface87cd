/** What the account may have at one time, as Service Quotas tells it. */

/** How many instances of a type the account may have for a use, as Service Quotas names them. */
export interface InstanceQuota {
  /** Empty where it is for every type together. */
  readonly instanceType: string;
  readonly use:
    | "endpoint"
    | "training job"
    | "training warm pool"
    | "cluster"
    | "each cluster"
    | "all clusters";
  readonly instances: number;
  /** False: it is AWS's default, which Service Quotas lists apart. */
  readonly applied: boolean;
}

export interface Quotas {
  /** What the account may have; every other quota is 0. */
  readonly quotas: readonly InstanceQuota[];
  /** The account's quota of instances of a type for a use. */
  quota(use: InstanceQuota["use"], instanceType: string): number;
}

/** `later` are those that stand from a moment on, epoch milliseconds. */
export function createQuotas(
  first: readonly InstanceQuota[],
  later?: {
    readonly fromMs: number;
    readonly quotas: readonly InstanceQuota[];
    readonly nowMs: () => number;
  },
): Quotas {
  const standing = () => (later !== undefined && later.nowMs() >= later.fromMs ? later.quotas : first);
  return {
    get quotas() {
      return standing();
    },
    quota: (use, instanceType) =>
      standing().find((each) => each.use === use && each.instanceType === instanceType)?.instances ?? 0,
  };
}
