/** Which plan's release an execution is for, where several plans' releases run in one stack. */
import type { ExecutionSummary } from "#twin/engine";
import { normaliseRequest } from "../../core/request/request.ts";
import type { RehearsalRequest } from "./request.ts";

/** What became of the releases of another plan. */
export interface BesideRecord {
  readonly model: string;
  readonly executions: readonly ExecutionSummary[];
}

/** The model that an execution's input is about: by its own name, or by that of the release that it goes on with. */
export function modelIn(input: unknown, models: readonly string[]): string | undefined {
  const asked = normaliseRequest(input);
  switch (asked.kind) {
    case "bad":
    case "ignored":
      return undefined;
    case "release":
      return models.find((model) => model === asked.request.model);
    default:
      return models
        .filter((model) => asked.releaseId.startsWith(`${model}-`))
        .toSorted((a, b) => b.length - a.length)[0];
  }
}

/** The executions of the plan that is rehearsed, and those of the others; what is nobody's is the first one's. */
export function executionsByPlan(
  { plan, beside = [] }: Pick<RehearsalRequest, "plan" | "beside">,
  all: readonly ExecutionSummary[],
  inputOf: (execution: string) => unknown,
): { readonly own: readonly ExecutionSummary[]; readonly others: readonly BesideRecord[] } {
  const models = [plan.model, ...beside.map((one) => one.plan.model)];
  const byModel = Map.groupBy(all, ({ name }) => modelIn(inputOf(name), models) ?? plan.model);
  const of = (model: string) => byModel.get(model) ?? [];
  return {
    own: of(plan.model),
    others: beside.map((one) => ({ model: one.plan.model, executions: of(one.plan.model) })),
  };
}
