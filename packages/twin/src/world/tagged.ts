/** What a thing was tagged with as it was made, by its ARN: models and endpoint configurations keep that. */
import type { TagsOf } from "./endpoint-state.ts";
import type { StateView } from "./state.ts";

/** Undefined where there is no such thing, or none that keeps its tags. An ARN is in lower case whatever the name's case. */
export function tagsAt(
  { models, endpointConfigs }: Pick<StateView, "models" | "endpointConfigs">,
  arn: string,
): TagsOf | undefined {
  const [, called = ""] = /\/([^/]+)$/.exec(arn) ?? [];
  const things = /:model\/[^/]+$/.test(arn)
    ? models
    : /:endpoint-config\/[^/]+$/.test(arn)
      ? endpointConfigs
      : undefined;
  const found = [...(things?.values() ?? [])].find(({ name }) => name.toLowerCase() === called.toLowerCase());
  return found && (found.tags ?? {});
}
