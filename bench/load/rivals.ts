/** What others find the knee of a scene's fleet by: fixed steps, the bend of their curve, a closed loop, and the plan's word. */
import { arrivals, chanceOf } from "../../src/core/load/arrivals.ts";
import { ratesOf } from "../../src/core/load/course.ts";
import { patienceOf } from "../../src/core/load/step.ts";
import type { Fleet } from "./laws.ts";
import { fleetOn, type Scene } from "./scene.ts";
import { Agenda } from "./virtual-time.ts";

export interface Found {
  /** Requests per second; a rival that names one rate is taken to mean a twentieth more or less. */
  readonly from: number;
  readonly to: number;
  readonly isEnough: boolean;
  readonly minutes: number;
}

const steps = 10;
const stepSeconds = 30;
const skippedSeconds = 5;
const within = 0.05;

const about = (rate: number): Pick<Found, "from" | "to"> => ({
  from: rate * (1 - within),
  to: rate * (1 + within),
});

interface Step {
  readonly rate: number;
  readonly p99: number;
}

const p99Of = (latencies: number[]): number =>
  latencies.sort((a, b) => a - b)[Math.ceil(0.99 * latencies.length) - 1] ?? 0;

function fleetOf({ law, seed }: Scene): { agenda: Agenda; fleet: Fleet } {
  const agenda = new Agenda();
  return { agenda, fleet: fleetOn(agenda, { law, seed }) };
}

/** Runs what is to come up to a moment. */
function runTo(agenda: Agenda, ms: number): void {
  let isThere = false;
  agenda.at(ms, () => {
    isThere = true;
  });
  while (!isThere && agenda.next());
}

/** Ten rates up to the cap, half a minute each, an open loop; all of them. */
function curveOf(scene: Scene): Step[] {
  const { agenda, fleet } = fleetOf(scene);
  const { start, cap } = ratesOf(scene.question);
  const chance = chanceOf(`steps ${scene.seed}`);
  const patienceMs = patienceOf(scene.question.plan);
  return Array.from({ length: steps }, (_, nth): Step => {
    const rate = start + ((cap - start) * nth) / (steps - 1);
    const beganMs = agenda.now();
    const latencies: number[] = [];
    for (const at of arrivals(
      { rateAt: () => rate, most: rate, seconds: stepSeconds },
      chance,
      scene.law.arriving,
    ))
      agenda.at(beganMs + 1000 * at, () => {
        const meant = agenda.now();
        fleet(() => {
          if (at >= skippedSeconds) latencies.push(Math.min(patienceMs, agenda.now() - meant));
        });
      });
    runTo(agenda, beganMs + 1000 * stepSeconds + 5_000);
    return { rate, p99: p99Of(latencies) };
  });
}

/** The highest step that kept to the limit, and the one after it. */
function byFixedSteps(scene: Scene, curve: readonly Step[]): Found {
  const peak = scene.question.fleet.designRequestsPerSecond;
  const failing = curve.findIndex(({ p99 }) => p99 > scene.law.latencyMsP99);
  const to = failing === -1 ? Number.POSITIVE_INFINITY : (curve[failing]?.rate ?? 0);
  const from = (failing === -1 ? curve.at(-1) : curve[failing - 1])?.rate ?? 0;
  return { from, to, isEnough: from >= peak, minutes: (steps * (stepSeconds + 5)) / 60 };
}

/** Where the curve bends the most: Satopää et al., "Finding a 'Kneedle' in a Haystack", 2011, of a curve that is convex. */
function byBend(scene: Scene, curve: readonly Step[]): Found {
  const [first, last] = [curve[0], curve.at(-1)];
  const peak = scene.question.fleet.designRequestsPerSecond;
  const minutes = (steps * (stepSeconds + 5)) / 60;
  if (first === undefined || last === undefined) return { from: 0, to: 0, isEnough: false, minutes };
  const bend = ({ rate, p99 }: Step) =>
    (rate - first.rate) / (last.rate - first.rate) - (p99 - first.p99) / Math.max(1e-9, last.p99 - first.p99);
  const { rate } = curve.reduce((best, each) => (bend(each) > bend(best) ? each : best), first);
  return { ...about(rate), isEnough: rate >= peak, minutes };
}

/** So many users more each half a minute, each of whom sends again once answered; until the limit is broken. */
function byClosedLoop(scene: Scene): Found {
  const { agenda, fleet } = fleetOf(scene);
  const { cap } = ratesOf(scene.question);
  const peak = scene.question.fleet.designRequestsPerSecond;
  let [users, best] = [0, 0];
  let latencies: number[] = [];
  const user = () => {
    const meant = agenda.now();
    fleet(() => {
      latencies.push(agenda.now() - meant);
      // None of them sends at once for ever: what is answered at once is asked again in a while.
      agenda.at(agenda.now() + 1, user);
    });
  };
  while (best < cap && users < 200) {
    for (let more = 0; more < 3; more++) agenda.at(agenda.now(), user);
    users += 3;
    runTo(agenda, agenda.now() + 1000 * skippedSeconds);
    latencies = [];
    runTo(agenda, agenda.now() + 1000 * (stepSeconds - skippedSeconds));
    const rate = latencies.length / (stepSeconds - skippedSeconds);
    if (p99Of(latencies) > scene.law.latencyMsP99) break;
    best = Math.max(best, rate);
  }
  return { ...about(best), isEnough: best >= peak, minutes: agenda.now() / 60_000 };
}

/** What the plan says that its instances serve, as full as it runs them: always enough. */
function byPlan({ question: { fleet, plan } }: Scene): Found {
  const full = fleet.requestsPerSecondPerInstance * fleet.instances;
  return {
    ...about((full * plan.requirements.utilisationPercent) / 100),
    isEnough: true,
    minutes: 0,
  };
}

export const rivalNames = ["fixed steps", "Kneedle", "closed loop", "trust the plan"] as const;

export function rivalsOf(scene: Scene): Readonly<Record<(typeof rivalNames)[number], Found>> {
  const curve = curveOf(scene);
  return {
    "fixed steps": byFixedSteps(scene, curve),
    Kneedle: byBend(scene, curve),
    "closed loop": byClosedLoop(scene),
    "trust the plan": byPlan(scene),
  };
}
