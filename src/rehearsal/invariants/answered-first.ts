/**
 * Who has answered what stages asked, by what was written to the table: an inconclusive stage of a plan that asks people is left
 * only after as many of them as the plan wants have said yes since it was entered, and none has said no. Nothing but the function
 * that AWS has authenticated them for writes an answer down.
 */
import type { Plan } from "../../core/plan/plan.ts";
import { isRecord, plainItem } from "./attribute-values.ts";
import type { ObservedCall } from "./observation.ts";

interface Said {
  readonly releaseId: string;
  readonly stage: number;
  readonly answer: string;
  /** The ARN of who said it. */
  readonly by: string;
  readonly atMs: number;
}

export interface Left {
  readonly releaseId: string;
  readonly stage: number;
  readonly verdict: string;
  /** When the stage's share took effect, and when its judge looked; epoch milliseconds. */
  readonly sinceMs: number;
  readonly lookedMs: number;
}

export interface AnsweredFirst {
  /** Tells of an answer that another than the function which takes orders wrote down. */
  seen(call: ObservedCall): string[];
  /** Tells of a stage that is left although it was not answered for. */
  unanswered(left: Left, plan: Plan): string[];
}

export function createAnsweredFirst(): AnsweredFirst {
  const all: Said[] = [];
  return {
    seen(call) {
      const { input, operation, service, at } = call.call;
      const writes = service === "dynamodb" && /^(Put|Update|Delete)Item$/.test(operation);
      const item = writes ? (input.Item ?? input.Key) : undefined;
      if (!isRecord(item) || !call.tookEffect) return [];
      const { pk, releaseId, stage, answer, by } = plainItem(item);
      if (!String(pk).startsWith("answer#")) return [];
      if (operation !== "PutItem" || call.frame?.state !== "TakeOrder")
        return [`${call.frame?.state ?? "somebody else"} wrote to ${pk} by ${operation}`];
      const arn = isRecord(by) ? String(by.arn) : "";
      all.push({
        releaseId: String(releaseId),
        stage: Number(stage),
        answer: String(answer),
        by: arn,
        atMs: at,
      });
      return [];
    },
    unanswered({ releaseId, stage, verdict, sinceMs, lookedMs }, { team, rollout }) {
      const { onInconclusive: policy } = rollout;
      if (verdict !== "inconclusive" || policy.action !== "ask") return [];
      const own = all.filter(
        (one) =>
          one.releaseId === releaseId && one.stage === stage && one.atMs >= sinceMs && one.atMs <= lookedMs,
      );
      const yes = new Set(own.filter(({ answer }) => answer === "proceed").map(({ by }) => by));
      const { people = 1, sides = [] } = policy;
      const names = [...yes].map((arn) => arn.slice(arn.lastIndexOf("/") + 1).toLowerCase());
      const silent = sides.filter(
        (side) => !team?.[side].owners.some((owner) => names.includes(owner.toLowerCase())),
      );
      return [
        ...(yes.size >= people
          ? []
          : [`though ${yes.size} of ${people} people had said yes to stage ${stage}`]),
        ...silent.map((side) => `though nobody had said yes to stage ${stage} for ${side}`),
        ...(own.some(({ answer }) => answer === "roll-back") ? [`though stage ${stage} was said no to`] : []),
      ];
    },
  };
}
