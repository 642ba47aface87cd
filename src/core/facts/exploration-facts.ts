/**
 * The facts of one exploration: the document that `slipway explore --json` prints. Same plan, world and seeds give
 * the same bytes on any machine, `runsPerSecond` alone excepted.
 */

export interface ExplorationFacts {
  readonly model: string;
  readonly world: string;
  readonly seed: number;
  /** The release without any fault. */
  readonly reference: { readonly outcome: string; readonly reason: string };
  /** Runs with faults; no two have the same. */
  readonly runs: number;
  /** Whether it was called off before all were run. */
  readonly interrupted: boolean;
  readonly runsPerSecond: number;
  /** By the kinds of the faults of a run, such as `throttled` or `stop, then response-lost`. */
  readonly byFault: Readonly<Record<string, FaultFacts>>;
  /** Number of runs by how the release ended. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly violations: readonly BrokenRun[];
  /** The state machine's edges that are walked only in certain cases, in its order. */
  readonly edges: readonly EdgeFacts[];
  /** Releases that succeed without faults and that one recoverable fault ended otherwise. */
  readonly misses: readonly ExploredRun[];
}

export interface EdgeFacts {
  readonly kind: "Catch" | "Retry" | "Choice";
  /** `CheckKpis: Catch LockLost → CloseRelease` */
  readonly name: string;
  /** In how many of the runs it was walked, the one without faults among them. */
  readonly runs: number;
}

export interface FaultFacts {
  readonly runs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly violations: number;
}

export interface ExploredRun {
  /** As `kind=point`, in the order in which they happened. */
  readonly faults: readonly string[];
  /** What somebody else did, for a person; absent where nobody did. */
  readonly hand?: string;
  readonly outcome: string;
  readonly reason: string;
  /** The command line that runs it again. */
  readonly replay: string;
}

export interface BrokenRun extends ExploredRun {
  /** An invariant, or what else must not be: `bad-candidate-promoted`, `hung`, `not-modelled`, `not-reached`, `nobody-told`. */
  readonly what: string;
  /** One sentence. */
  readonly detail: string;
}
