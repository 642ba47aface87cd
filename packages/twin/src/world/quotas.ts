/** What the account may have at one time, as Service Quotas tells it. */

/** How many instances of a type the account may have for a use, as Service Quotas names them. */
export interface InstanceQuota {
  readonly instanceType: string;
  readonly use: "endpoint" | "training job" | "training warm pool";
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

export const createQuotas = (quotas: readonly InstanceQuota[]): Quotas => ({
  quotas,
  quota: (use, instanceType) =>
    quotas.find((each) => each.use === use && each.instanceType === instanceType)?.instances ?? 0,
});
