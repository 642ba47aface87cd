/** What the verdict remembers between two looks: small JSON. */
import type { StageMark } from "./kept.ts";
import type { KpiState } from "./shapes/registry.ts";

export interface LoneHost {
  readonly host: string;
  /** Since when it has the evidence alone, and when that last grew; epoch seconds. */
  readonly since: number;
  readonly grownAt: number;
  /** ln E with it, at its highest. */
  readonly logE: number;
}

export interface VerdictState {
  /** Parts of alpha by stage, sum 1. */
  readonly spending: readonly number[];
  readonly stages: readonly StageMark[];
  /** A host without which the evidence of harm falls apart. */
  readonly lone?: LoneHost;
  /** By KPI name. */
  readonly kpis: Readonly<Record<string, KpiState>>;
}
