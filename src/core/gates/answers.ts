/** What a plan's gates answer: each as it was judged, or waived by a person until a day. */
import type { GateFacts } from "./facts.ts";
import type { GateAnswer } from "./gate-answer.ts";
import type { GateQuestion } from "./judging.ts";
import { allGates } from "./registry.ts";
import { type Gates, gatesOf, limitsOf, type Waiver } from "./settings.ts";

interface Asked {
  readonly gates: Gates;
  readonly facts: GateFacts;
  /** The deployment's own. */
  readonly region: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** In the gates' own order. */
export function answersOf({ gates, facts, region, nowMs }: Asked): GateAnswer[] {
  const question: GateQuestion = {
    ...facts,
    limits: limitsOf(gates, region),
    passesKept: gates.keptExposures !== "fail",
    nowMs,
  };
  return gatesOf({ gates }).map((gate) => {
    const { status, found, expected, todo, isKept } = allGates[gate].judge(question);
    const told = { gate, found, expected };
    if (status === "pass") return { ...told, status, ...(isKept && { isKept }) };
    const waiver = gates.waivers?.find((each) => each.gate === gate);
    if (waiver === undefined) return { ...told, status, todo };
    const { by, until, reason } = waiver;
    const waived = { ...told, todo, waiver: { by, until, reason } };
    return endOf(waiver) > nowMs ? { ...waived, status: "waived" } : { ...waived, status, isExpired: true };
  });
}

/** Of a day, its end in UTC. */
const endOf = ({ until }: Waiver): number =>
  until.includes("T") ? Date.parse(until) : Date.parse(until) + 86_400_000;
