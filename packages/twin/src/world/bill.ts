/** What is paid: instance time per owner and type, from launch until an instance is gone. */
import type { Instance } from "./instance-state.ts";
import type { UnitHours } from "./scalables/scalable-state.ts";

export interface InstanceHours {
  /** `endpoint/variant`, or `training/JOB` for training and its warm pool. */
  readonly owner: string;
  readonly instanceType: string;
  readonly hours: number;
}

export interface Bill {
  open(instance: Instance, owner: string): void;
  close(instance: Instance, atMs: number): void;
  /** Hours from the world's start until `atMs`, sorted by owner and type. */
  hours(atMs: number): InstanceHours[];
}

/** For what is paid while it is there. */
export interface Billing {
  readonly bill: Bill;
}

/** What has been paid for since the start: until a moment, epoch milliseconds, or until now. */
export interface Costs {
  instanceHours(untilMs?: number): InstanceHours[];
  /** The same for what a model leans on, in units of its kind. */
  unitHours(untilMs?: number): UnitHours[];
}

export function createBill(startMs: number): Bill {
  const rows: { owner: string; instance: Instance; goneMs: number }[] = [];
  const open = new Map<Instance, { goneMs: number }>();
  return {
    open: (instance, owner) => {
      const row = { owner, instance, goneMs: Number.POSITIVE_INFINITY };
      rows.push(row);
      open.set(instance, row);
    },
    close: (instance, atMs) => {
      const row = open.get(instance);
      if (row !== undefined) row.goneMs = atMs;
      open.delete(instance);
    },
    hours: (atMs) => {
      const total = new Map<string, { owner: string; instanceType: string; hours: number }>();
      for (const { owner, instance, goneMs } of rows) {
        const key = `${owner} ${instance.instanceType}`;
        const sum = total.get(key) ?? { owner, instanceType: instance.instanceType, hours: 0 };
        sum.hours += Math.max(0, Math.min(goneMs, atMs) - Math.max(instance.launchedMs, startMs)) / 3_600_000;
        total.set(key, sum);
      }
      return [...total.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
    },
  };
}
