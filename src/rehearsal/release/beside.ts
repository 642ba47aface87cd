/** Which plan's release an execution is for, where several plans' releases run in one stack. */
import type { ExecutionSummary } from "#twin/engine";
import { normaliseRequest } from "../../core/request/request.ts";
import { releasedFirst } from "./released.ts";
import type { RehearsalRequest } from "./request.ts";

/** What became of the releases of another plan; or of the same in production, after staging was passed. */
export interface BesideRecord {
  readonly model: string;
  /** Where it is the same plan's. */
  readonly milestone?: "production";
  readonly executions: readonly ExecutionSummary[];
}

/** The model that an execution's input is about: by its own name, or by that of the release that it goes on with. */
export function modelIn(input: unknown, models: readonly string[]): string | undefined {
  const asked = normaliseRequest(input);
  switch (asked.kind) {
    case "bad":
    case "ignored":
    case "work-ended":
    case "image-pushed":
    case "alias-set":
      return undefined;
    case "release":
      return models.find((model) => model === asked.request.model);
    default:
      return models
        .filter((model) => asked.releaseId.startsWith(`${model}-`))
        .toSorted((a, b) => b.length - a.length)[0];
  }
}

/** Whether an execution is of production, that followed staging's. */
function followsStaging(input: unknown): boolean {
  const asked = normaliseRequest(input);
  if (asked.kind === "release") return asked.request.trigger === "staging";
  return "releaseId" in asked && /-production(-r\d+)?$/.test(asked.releaseId);
}

/**
 * The executions of the plan that is rehearsed, and those of the others; what is nobody's is the first one's. Production after
 * staging is apart too.
 */
export function executionsByPlan(
  { plan, event, beside = [] }: Pick<RehearsalRequest, "plan" | "event" | "beside">,
  all: readonly ExecutionSummary[],
  inputOf: (execution: string) => unknown,
): { readonly own: readonly ExecutionSummary[]; readonly others: readonly BesideRecord[] } {
  const models = [plan.model, ...beside.map((one) => one.plan.model)];
  const byModel = Map.groupBy(all, ({ name }) => modelIn(inputOf(name), models) ?? plan.model);
  const of = (model: string) => byModel.get(model) ?? [];
  const isStaging = releasedFirst({ plan, event }).endpoint.name !== plan.endpoint.name;
  const isAfter = ({ name }: ExecutionSummary) => isStaging && followsStaging(inputOf(name));
  const after = of(plan.model).filter(isAfter);
  return {
    own: of(plan.model).filter((one) => !isAfter(one)),
    others: [
      ...(after.length > 0
        ? [{ model: plan.model, milestone: "production" as const, executions: after }]
        : []),
      ...beside.map((one) => ({ model: one.plan.model, executions: of(one.plan.model) })),
    ],
  };
}
