/** The peers at work on a release, each at the settings its users are told to use: bad rate of at most twice stable's. */
import type { Cell } from "../cells.ts";
import * as argo from "../peers/argo.ts";
import { type AlarmState, alarmState, SPARE_PERIODS } from "../peers/cloudwatch-alarm.ts";
import { type Canary, checkPasses, tick } from "../peers/flagger.ts";
import { classify, JUDGE_SETTINGS, mayBeHigh, score } from "../peers/kayenta.ts";
import type { Minute } from "../simulation/minutes.ts";
import type { Engine } from "./engine.ts";

const TIMES_STABLE = 2;

function candidateRate(seen: Minute): number | null {
  return seen.missing ? null : seen.candidateBad / seen.candidateRequests;
}

/** Ten failed checks, the example of its documentation; weights stay as the cell has them. */
export class Flagger implements Engine {
  readonly name = "flagger";
  readonly #analysis = { threshold: 10, stepWeight: 0, maxWeight: 100 };
  #canary: Canary = { phase: "Progressing", canaryWeight: 1, failedChecks: 0 };
  #range = { max: 0 };

  start(cell: Cell): void {
    this.#canary = { phase: "Progressing", canaryWeight: 1, failedChecks: 0 };
    this.#range = { max: TIMES_STABLE * cell.stableRate };
  }

  stage(): void {}

  minute(seen: Minute): boolean {
    const rate = candidateRate(seen);
    this.#canary = tick(this.#canary, this.#analysis, () => checkPasses(rate, this.#range));
    return this.#canary.phase === "Failed";
  }
}

/** A failure limit of three; a query without an answer is an error. */
export class Argo implements Engine {
  readonly name = "argo";
  readonly #metric = { failureLimit: 3 };
  #threshold = 0;
  #failed = 0;
  #errors = 0;

  start(cell: Cell): void {
    this.#threshold = TIMES_STABLE * cell.stableRate;
    this.#failed = 0;
    this.#errors = 0;
  }

  stage(): void {}

  minute(seen: Minute): boolean {
    const rate = candidateRate(seen);
    const lastPhase = argo.measurementPhase(rate === null ? "error" : rate <= this.#threshold, null);
    if (lastPhase === "Failed") this.#failed++;
    this.#errors = lastPhase === "Error" ? this.#errors + 1 : 0;
    const result = { lastPhase, failed: this.#failed, consecutiveError: this.#errors };
    const phase = argo.metricPhase(this.#metric, result, false);
    return phase === "Failed" || phase === "Error";
  }
}

/** A SageMaker deployment guardrail: a CloudWatch alarm of one-minute periods, notBreaching where data are missing. */
export class Alarm implements Engine {
  readonly name: string;
  readonly #periods: number;
  readonly #points: (number | null)[] = [];
  #threshold = 0;
  #state: AlarmState = "OK";

  constructor(periods: number) {
    this.name = `alarm ${periods} of ${periods}`;
    this.#periods = periods;
  }

  start(cell: Cell): void {
    this.#threshold = TIMES_STABLE * cell.stableRate;
    this.#points.length = 0;
    for (let i = 0; i < this.#periods + SPARE_PERIODS; i++) this.#points.push(null);
    this.#state = "OK";
  }

  stage(): void {}

  minute(seen: Minute): boolean {
    this.#points.shift();
    this.#points.push(candidateRate(seen));
    const settings = {
      threshold: this.#threshold,
      evaluationPeriods: this.#periods,
      datapointsToAlarm: this.#periods,
      missingData: "notBreaching",
    } as const;
    this.#state = alarmState(this.#points, settings, this.#state);
    return this.#state === "ALARM";
  }
}

/** Minutes between two judgements over all minutes so far. */
const JUDGED_EVERY_MINUTES = 5;
/** A score below this fails the canary (Spinnaker's example of a marginal threshold). */
const MARGINAL_SCORE = 75;

/** Both fleets' bad rates, in percent so that root finding is exact enough; judged over a growing window. */
export class Kayenta implements Engine {
  readonly name = "kayenta";
  readonly #experiment: number[] = [];
  readonly #control: number[] = [];
  #minutes = 0;

  start(): void {
    this.#experiment.length = 0;
    this.#control.length = 0;
    this.#minutes = 0;
  }

  stage(): void {}

  minute(seen: Minute): boolean {
    if (!seen.missing) {
      this.#experiment.push((100 * seen.candidateBad) / seen.candidateRequests);
      this.#control.push((100 * seen.stableBad) / seen.stableRequests);
    }
    this.#minutes++;
    if (this.#minutes % JUDGED_EVERY_MINUTES !== 0) return false;
    const series = { experiment: this.#experiment, control: this.#control };
    if (!mayBeHigh(series, JUDGE_SETTINGS.confidence)) return false;
    const { classification, critical } = classify(series);
    return score([{ classification, critical, groups: ["errors"] }], { errors: 100 }) < MARGINAL_SCORE;
  }
}
