/** What a shape of KPI is: how one of it begins, takes in what is seen, and what that comes to. */
import type { GuardrailStanding } from "../evidence/guardrail.ts";
import type { NoiseSource, StageMark, Tally } from "../kept.ts";
import type { CountSample } from "../observations/samples.ts";
import type { Expected, Tests } from "../planning/expected-test.ts";

/** A KPI, and what is kept of one, before anybody has looked at its shape. */
export interface AnyKpi {
  readonly shape: string;
  readonly name: string;
}
export interface AnyState {
  readonly kind: string;
}

/** What was measured of a KPI on stable before the release. */
export interface MeasuredKpi<N = object> {
  readonly noise?: N;
  /** Standard deviation of ln(bad rate) among stable's hosts. */
  readonly hostLogSd?: number;
}

/** The noise that states have, of those that have any. */
type NoiseIn<S> = S extends { readonly noise: infer N } ? N : never;

/** Stable's past by intervals: the fleet's, and those of the instances that were read, each always in the same place. */
export interface StablePast {
  readonly seconds: number;
  /** Which of the instances are the half that is compared with the rest. */
  readonly inHalf: readonly boolean[];
  readonly intervals: readonly {
    readonly at: number;
    readonly stable: object;
    readonly instances: readonly (object | null)[];
  }[];
}

/** One interval, as it arrives. */
export interface Arrival {
  /** Start and length, seconds. */
  readonly at: number;
  readonly seconds: number;
  readonly candidate: object | null;
  readonly stable: object | null;
  readonly hosts: Readonly<Record<string, CountSample>>;
  /** The stage that it belongs to, when the release began, and the stage that began last. */
  readonly mark: StageMark;
  readonly releaseAt: number;
  readonly newest: number;
  readonly spending: readonly number[];
  /** ln of the evidence at which the release fails by this KPI alone. */
  readonly logThreshold: number;
}

/** A stage that begins, and its part of alpha. */
export interface Begun {
  readonly mark: StageMark;
  readonly part: number;
}

export interface Evidence {
  /** ln E of harm since the release began, boosted; with any one host left out, where hosts are known. */
  readonly logE: number;
  /** The same with all hosts, and the one without which least is left. */
  readonly logPooled: number;
  readonly host?: string;
  /** The same unboosted: beyond the threshold, only this bounds a chance. */
  readonly logPlain: number;
  /** ln E of this stage's intervals alone, with nothing held back. */
  readonly logStage: number;
  /** ln E of safety within this stage. */
  readonly logSafe: number;
}

export type Standing = "harm" | "safe" | "unclear" | "no-data" | "not-compared" | GuardrailStanding;

export interface KpiVerdict {
  readonly name: string;
  readonly shape: string;
  readonly standing: Standing;
  /** ln E of harm against its threshold; absent for guardrails, which are thresholds with no error guarantee. */
  readonly logE?: number;
  readonly logThreshold?: number;
  /** ln E of safety in this stage, against ln(1 / beta). */
  readonly logSafe?: number;
  readonly logSafeThreshold?: number;
  /** Since the stage began; amount is bad events, or latency summed over requests. */
  readonly candidate?: Tally;
  readonly stable?: Tally;
  /** How stable's noise was measured. */
  readonly noise?: NoiseSource;
}

/** When a KPI is looked at: in which stage, and by what error rate. */
export interface Moment {
  readonly mark: StageMark | undefined;
  readonly intervalSeconds: number;
  readonly beta: number;
  /** The KPI's own evidence, where its shape has any, and what it fails by. */
  readonly evidence: (Evidence & { readonly logThreshold: number }) | undefined;
}

/** What is told: how the sides compare, in this stage or where harm shows most; that it is safe; how a ceiling stands. */
export type About = "stage" | "where-harm-shows" | "safe" | Exclude<GuardrailStanding, "clear">;

/** A shape's own, over KPIs and states of its shape. */
export interface OwnShape<K extends AnyKpi, S extends AnyState> {
  readonly shape: K["shape"];
  /** What states of it are called. */
  readonly state: S["kind"];
  /** @throws RangeError on settings under which no verdict could be right */
  readonly check: (kpi: K) => void;
  readonly start: (kpi: K, measured: MeasuredKpi) => S;
  readonly begin: (state: S, kpi: K, begun: Begun) => S;
  readonly add: (state: S, kpi: K, arrival: Arrival) => S;
  /** Null where the shape is none of evidence. */
  readonly evidence: ((state: S, spending: readonly number[]) => Evidence) | null;
  readonly verdict: (state: S, kpi: K, moment: Moment) => Omit<KpiVerdict, "name" | "shape">;
  readonly sentence: (
    state: S,
    kpi: K,
    about: { readonly about: About; readonly intervalSeconds: number },
  ) => string;
  /** What of noise stable's past shows. */
  readonly measure: ((past: StablePast) => MeasuredKpi<NoiseIn<S>>) | null;
  /** How soon it should find a regression, and prove safety. */
  readonly tests: ((kpi: K, expected: Expected) => Tests) | null;
}

/** A shape over any KPIs and states: those of another shape it leaves as they are. */
export interface Shape<S extends AnyState> {
  readonly check: (kpi: AnyKpi) => void;
  readonly start: (kpi: AnyKpi, measured: MeasuredKpi) => S;
  readonly begin: <T extends AnyState>(state: T, kpi: AnyKpi, begun: Begun) => T | S;
  readonly add: <T extends AnyState>(state: T, kpi: AnyKpi, arrival: Arrival) => T | S;
  readonly evidence: (state: AnyState, spending: readonly number[]) => Evidence | null;
  readonly verdict: (state: AnyState | undefined, kpi: AnyKpi, moment: Moment) => KpiVerdict;
  readonly sentence: (
    state: AnyState | undefined,
    kpi: AnyKpi,
    about: { readonly about: About; readonly intervalSeconds: number },
  ) => string;
  readonly measure: (past: StablePast) => MeasuredKpi<NoiseIn<S>>;
  readonly tests: (kpi: AnyKpi, expected: Expected) => Tests | null;
}

export function defineShape<K extends AnyKpi, S extends AnyState>(own: OwnShape<K, S>): Shape<S> {
  const isOwn = (kpi: AnyKpi): kpi is K => kpi.shape === own.shape;
  const isState = <T extends AnyState>(state: T | undefined): state is T & S => state?.kind === own.state;
  const owned = (kpi: AnyKpi): K => {
    if (isOwn(kpi)) return kpi;
    throw new RangeError(`${kpi.name}.shape: expected ${own.shape}, found ${kpi.shape}`);
  };
  return {
    check: (kpi) => own.check(owned(kpi)),
    start: (kpi, measured) => own.start(owned(kpi), measured),
    begin: (state, kpi, begun) => (isState(state) ? own.begin(state, owned(kpi), begun) : state),
    add: (state, kpi, arrival) => (isState(state) ? own.add(state, owned(kpi), arrival) : state),
    evidence: (state, spending) => (isState(state) && own.evidence?.(state, spending)) || null,
    verdict: (state, kpi, moment) => ({
      name: kpi.name,
      shape: own.shape,
      ...(isState(state) ? own.verdict(state, owned(kpi), moment) : { standing: "no-data" as const }),
    }),
    sentence: (state, kpi, about) => (isState(state) ? own.sentence(state, owned(kpi), about) : kpi.name),
    measure: (past) => own.measure?.(past) ?? {},
    tests: (kpi, expected) => own.tests?.(owned(kpi), expected) ?? null,
  };
}
