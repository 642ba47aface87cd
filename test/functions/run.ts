/** Runs the bare steps of a release one after the other, as the state machine does, up to where a test begins. */
import { expect } from "vitest";
import { remembered } from "#verdict";
import { checkCapacity } from "../../functions/check-capacity.ts";
import { checkKpis } from "../../functions/check-kpis.ts";
import { openRelease } from "../../functions/open-release.ts";
import { planCapacity } from "../../functions/plan-capacity.ts";
import { prewarmInference } from "../../functions/prewarm-inference.ts";
import { prewarmTraining } from "../../functions/prewarm-training.ts";
import { promoteModel } from "../../functions/promote-model.ts";
import { proveWarmth } from "../../functions/prove-warmth.ts";
import { rollBack } from "../../functions/roll-back.ts";
import { scaleDown } from "../../functions/scale-down.ts";
import { shiftTraffic } from "../../functions/shift-traffic.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { viewEquipped } from "../../src/aws/serving/sagemaker/endpoints.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import {
  Document,
  Joined,
  Opened,
  Planned,
  PlannedPool,
  Staged,
} from "../../src/core/release/document/document.ts";
import { upcast } from "../../src/core/release/document/reading.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import type { Judgement, Needs } from "../../src/core/release/release.ts";
import type { StageState } from "../../src/core/release/stage.ts";
import { type Account, openAccount } from "../aws/account.ts";
import { plan as samplePlan } from "../core/example.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";

export const manual = { model: "chat-assistant", version: 7 };
export const trainingDue = { model: "chat-assistant", milestone: "training" };

interface Options {
  /** Stable without auto scaling: nothing but the release moves the fleets. */
  readonly unscaled?: boolean;
  readonly plan?: Plan;
  readonly spec?: SpecInput;
  readonly event?: unknown;
  /** Of the execution. */
  readonly name?: string;
  readonly account?: Account;
}

/** Starts an execution with an event and opens the release; the plan is in force before. */
export async function opening(event: unknown, account: Account, name = "release"): Promise<Opening> {
  account.executions.start({ name, input: JSON.stringify(event) });
  const execution = account.aws.environment.stateMachineArn.replace(":stateMachine:", ":execution:");
  const startedAt = new Date(account.executions.describe(`${execution}:${name}`).startMs).toISOString();
  return openRelease({ execution: `${execution}:${name}`, startedAt, input: event }, account.tools);
}

export async function accountWith({ plan = samplePlan, spec = {} }: Options = {}): Promise<Account> {
  const account = openAccount({ plan, spec });
  await applyPlan(account.aws, plan, new Date(account.now()).toISOString());
  return account;
}

const nothingSeen = { counted: { last: -1, gaps: [] }, intervals: 0, requests: 0 };

/** A release that holds its lock, with its state document so far. */
export class Run {
  readonly account: Account;
  doc: Document;
  private constructor(account: Account, doc: Document) {
    this.account = account;
    this.doc = doc;
  }

  static async begin(options: Options = {}): Promise<Run> {
    const account = options.account ?? (await accountWith(options));
    const opened = await opening(options.event ?? manual, account, options.name);
    if (!("release" in opened)) throw new Error(`expected an open release, found ${JSON.stringify(opened)}`);
    if (options.unscaled === true) account.world.state.scalableTargets.clear();
    return new Run(account, Document.parse(upcast(opened)));
  }

  /** Planned, joined, warm: the candidate beside stable with nothing of the traffic. */
  static async warm(options: Options = {}): Promise<Run> {
    const run = await Run.begin(options);
    await run.plan();
    await run.prewarm();
    run.account.settle();
    await run.capacity();
    await run.warmth();
    return run;
  }

  /** The stage the run is in has passed, or whatever else the last look came to, be it this one. */
  pass(decision: Judgement["decision"] = "advance", look?: Judgement): void {
    const stage = this.doc.stage?.index ?? 0;
    this.doc = {
      ...this.doc,
      judgement: {
        reason: "",
        verdict: "pass",
        culprits: [],
        waitSeconds: 60,
        stage,
        overloadedUntil: 0,
        stageSeen: { stage: -1, candidate: nothingSeen, both: nothingSeen },
        unlike: { stage: -1, intervals: 0, newest: 0, times: 0 },
        serves: { candidate: 0, stable: 0 },
        seen: {},
        held: { stageSeconds: 0, releaseSeconds: 0 },
        lookedAt: 0,
        turns: 1,
        goesOn: "here",
        state: remembered({ spending: [], stages: [], kpis: {} }),
        ...look,
        decision,
      },
    };
  }

  /** The first stage's share in force. */
  static async shifted(options: Options = {}): Promise<Run> {
    const run = await Run.warm(options);
    await run.shift();
    return run;
  }

  get tools() {
    return this.account.tools;
  }

  get judged(): Judgement {
    const found = this.doc.judgement;
    if (found === undefined) throw new Error("expected a release that was judged");
    return found;
  }

  get needs(): Needs {
    const found = this.doc.planning?.needs;
    if (found === undefined) throw new Error("expected a release that was planned");
    return found;
  }

  /** The document as the steps are given it that take a release so far. */
  opened = (): Opened => Opened.parse(this.doc);
  planned = (): Planned => Planned.parse(this.doc);
  staged = (): Staged => Staged.parse(this.doc);

  async plan() {
    return this.#keep("planning", await planCapacity(this.opened(), this.tools));
  }

  async prewarm() {
    return this.#keep("prewarm", await prewarmInference(this.planned(), this.tools));
  }

  async prewarmTraining() {
    return this.#keep("prewarm", await prewarmTraining(PlannedPool.parse(this.doc), this.tools));
  }

  async capacity() {
    const { route } = this.doc;
    const planned = route === "capacity" ? PlannedPool.parse(this.doc) : this.planned();
    return this.#keep("capacity", await checkCapacity(planned, this.tools));
  }

  /** Probes until the candidate is warm. */
  async warmth() {
    for (let round = 0; round < 40; round++) {
      const warmth = this.#keep("warmth", await proveWarmth(this.planned(), this.tools));
      if (warmth.status !== "warming") return warmth;
      this.account.wait(warmth.waitSeconds / 60);
    }
    throw new Error("expected warmth within forty rounds");
  }

  async shiftOnce() {
    return this.#keep("stage", await shiftTraffic(Joined.parse(this.doc), this.tools));
  }

  /** Shifts until the share is in force or cannot be had. */
  async shift(): Promise<StageState> {
    for (let look = 0; look < 60; look++) {
      const stage = await this.shiftOnce();
      if (stage.status !== "waiting" && stage.status !== "short") return stage;
      this.account.wait(stage.waitSeconds / 60);
    }
    throw new Error("expected the shift to be over within sixty looks");
  }

  async judge() {
    return this.#keep("judgement", await checkKpis(this.staged(), this.tools));
  }

  /** Bakes until a decision is made. */
  async bake() {
    for (let look = 0; look < 120; look++) {
      this.account.wait((this.doc.judgement?.waitSeconds ?? 60) / 60);
      const judgement = await this.judge();
      if (judgement.decision !== "continue") return judgement;
    }
    throw new Error("expected a decision within 120 looks");
  }

  /** Bakes and shifts until the last stage has passed, then promotes. */
  async promote() {
    for (let stage = 0; stage < 20; stage++) {
      const { decision } = await this.bake();
      if (decision !== "advance" && decision !== "promote")
        throw new Error(`expected the stage to pass, found ${decision}`);
      if (decision === "promote" || (await this.shift()).status === "complete")
        return promoteModel(this.staged(), this.tools);
    }
    throw new Error("expected a last stage");
  }

  async wayBackOnce() {
    return this.#keep("wayBack", await rollBack(this.doc, this.tools));
  }

  async wayBack(looks = 60) {
    for (let look = 0; look < looks; look++) {
      const wayBack = await this.wayBackOnce();
      if (wayBack.status === "done") return wayBack;
      this.account.wait(wayBack.waitSeconds / 60);
    }
    throw new Error(`expected to be back within ${looks} looks`);
  }

  async scaleDownOnce() {
    return this.#keep("scaleDown", await scaleDown(this.doc, this.tools));
  }

  async scaleDown() {
    for (let look = 0; look < 60; look++) {
      const scaleDown = await this.scaleDownOnce();
      if (scaleDown.status === "done") return scaleDown;
      this.account.wait(scaleDown.waitSeconds / 60);
    }
    throw new Error("expected to be scaled down within sixty looks");
  }

  /** What the machine leaves of the document for a try with another type (release.asl.yml, AnotherType). */
  anotherType(): void {
    const { schema, release, plan, promoted, route, reason, begunAt, planning, scaleDown } = this.doc;
    const unlaunched = scaleDown?.unlaunched;
    if (unlaunched === undefined) throw new Error("expected what could not be launched");
    this.doc = { schema, release, plan, promoted, route, reason, begunAt, planning, unlaunched };
  }

  endpoint() {
    return viewEquipped(this.account.aws, this.doc.plan.endpoint.name);
  }

  ledger() {
    return Ledger.open(this.account.aws, this.doc.release);
  }

  /** What became of each change, by its id. */
  async changes(): Promise<Record<string, string>> {
    return Object.fromEntries((await this.ledger()).changes.map(({ id, state }) => [id, state]));
  }

  /** Keeps an answer as the next step is given it, and makes sure that the document has a place for all of it. */
  #keep<K extends keyof Document, V>(section: K, answer: V & Document[K]): V {
    const wired = JSON.parse(JSON.stringify(answer));
    expect(Document.shape[section].parse(wired)).toEqual(wired);
    this.doc = { ...this.doc, [section]: answer };
    return answer;
  }
}
