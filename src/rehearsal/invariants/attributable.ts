/**
 * attributable: what a release creates and is paid for, or is paid for by it, says whose it is: models, configurations and
 * priming jobs carry the release, its plan and the plan's own tags, from the call that makes them on. What was there before, and
 * is made again as it was, carries none of them: it is not the release's.
 */
import type { ResourceRef } from "../../core/release/change.ts";
import type { CheckContext } from "./check-context.ts";
import { type Checker, violationsOf, whereOf } from "./checker.ts";
import { kindOf } from "./kinds/registry.ts";
import type { ObservedCall } from "./observation.ts";
import { endpointBefore, type Passage, planFor } from "./passages.ts";

/** The calls that create, by the member that names the thing. */
const creating: Readonly<Record<string, string>> = {
  CreateModel: "ModelName",
  CreateEndpointConfig: "EndpointConfigName",
  CreateTrainingJob: "TrainingJobName",
};

/** Whether it is made by one of them. */
const isCreated = (resource: Pick<ResourceRef, "kind">): boolean =>
  Object.keys(creating).some((operation) => kindOf(resource).makes?.operation === `sagemaker.${operation}`);

/** As code that knew of no tags intended it; what is created so now is told of as it is. */
const isUntagged = (after: unknown): boolean => !Object.hasOwn(Object(after), "Tags");

export function attributable(context: CheckContext): Checker {
  const name = "attributable";
  const { violations, report } = violationsOf(name);
  /** Releases whose first thing was created before their eyes: what others had begun, they go on with as it was. */
  const begun = new Set<string>();
  const isCarriedOn = (releaseId: string, execution: string): boolean => {
    const { changes = {} } = context.locks.heldBy(execution) ?? {};
    const made = Object.values(changes).filter(
      ({ resource, state, after }) => state === "applied" && after !== null && isCreated(resource),
    );
    if (made.length === 0) begun.add(releaseId);
    return made.length > 0 && (!begun.has(releaseId) || made.every(({ after }) => isUntagged(after)));
  };
  return {
    name,
    violations,
    onCall(seen) {
      const member = creating[seen.call.operation];
      const passage = context.passages.of(seen.frame?.execution);
      if (member === undefined || passage === undefined || !seen.tookEffect) return;
      if (isCarriedOn(passage.releaseId, seen.frame?.execution ?? "")) return;
      const thing = String(seen.call.input[member]);
      const [found, expected] = [tagsIn(seen), expectedOf(passage, thing, context)];
      if (found !== expected)
        report(
          `${thing} was created with the tags ${found || "of nobody"}, not ${expected || "none"}`,
          whereOf(seen),
        );
    },
  };
}

/** `key=value` of each, in the order of their keys. */
const textOf = (tags: readonly (readonly [string, string])[]): string =>
  tags
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(", ");

function tagsIn({ call }: ObservedCall): string {
  const tags = (call.input.Tags ?? []) as readonly { readonly Key: string; readonly Value: string }[];
  return textOf(tags.map(({ Key, Value }) => [Key, Value]));
}

function expectedOf(passage: Passage, thing: string, context: CheckContext): string {
  if (endpointBefore(passage)?.config === thing) return "";
  const { model, tags = {} } = planFor(passage, context);
  const { releaseId } = passage;
  return textOf(Object.entries({ ...tags, "slipway:release": releaseId, "slipway:plan": model }));
}
