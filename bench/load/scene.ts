/** A fleet of some law beside a plan that is right or wrong about it, and tests of it by what ships and by others. */

import { chanceOf } from "../../src/core/load/arrivals.ts";
import type { LoadQuestion } from "../../src/core/load/course.ts";
import { patienceOf } from "../../src/core/load/step.ts";
import { LoadTest } from "../../src/core/plan/load-test.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Probe } from "../../src/core/release/serving-platform.ts";
import { unanswered } from "../../src/core/release/serving-platform.ts";
import type { Fleet, Law } from "./laws.ts";
import { Agenda } from "./virtual-time.ts";

export interface Scene {
  readonly law: Law;
  /** The highest rate within the requirement in the long run, requests per second. */
  readonly truth: number;
  readonly seed: number;
  readonly question: LoadQuestion;
}

/** The knee over the planned peak: from far too little to more than is ever sent. */
const [least, most] = [0.6, 1.75];

export function sceneOf(plan: Plan, law: Law, truth: number, seed: number): Scene {
  const chance = chanceOf(`scene ${law.name} ${seed}`);
  const peak = truth / (least * (most / least) ** chance());
  const requirements = {
    ...plan.requirements,
    latencyMsP99: law.latencyMsP99,
    peakRequestsPerSecond: peak,
  };
  const loadTest = LoadTest.parse({ sideEffectFree: true, payloads: { schema: { type: "boolean" } } });
  const own = { ...plan, requirements, loadTest };
  const utilisation = requirements.utilisationPercent / 100;
  const fleet = {
    instanceType: plan.endpoint.instanceType,
    instances: law.instances,
    finalInstances: law.instances,
    requestsPerSecondPerInstance: peak / utilisation / law.instances,
    designRequestsPerSecond: peak,
  };
  return { law, truth, seed, question: { plan: own, loadTest, fleet } };
}

/** When a fleet is slow that is so by turns: for every test of the scene alike. */
export const turnsOf = ({ law, seed }: Pick<Scene, "law" | "seed">): string => `turns ${law.name} ${seed}`;

/** The fleet of a scene, new. */
export const fleetOn = (agenda: Agenda, { law, seed }: Pick<Scene, "law" | "seed">): Fleet =>
  law.fleet(agenda, {
    chance: chanceOf(`fleet ${law.name} ${seed}`),
    turns: chanceOf(turnsOf({ law, seed })),
    isOld: false,
  });

/** That, and what sends one request to it. */
export function served({ law, seed, question }: Scene): { agenda: Agenda; send: () => Promise<Probe> } {
  const agenda = new Agenda();
  const fleet = fleetOn(agenda, { law, seed });
  const patienceMs = patienceOf(question.plan);
  const send = () =>
    new Promise<Probe>((answer) => {
      const at = agenda.now();
      agenda.at(at + patienceMs, () =>
        answer({ answered: false, milliseconds: patienceMs, error: unanswered }),
      );
      fleet(() => answer({ answered: true, milliseconds: agenda.now() - at }));
    });
  return { agenda, send };
}
