/**
 * Events of MLflow: which of them is an alias that a plan waits for, and which of a model's approved versions is the one that it
 * was set on. An alias starts nothing by itself: the version has to be approved in SageMaker's registry all the same.
 */
import * as z from "zod";
import { mistakesOf } from "../input/bad-input-schema.ts";
import type { Plan } from "../plan/plan.ts";
import type { Normalised, SetAlias } from "./normalised.ts";

export const aliasEventSource = "mlflow";
export const aliasEventType = "MLflow Model Version Alias Created";

/** As the function that takes webhooks starts the machine with it: MLflow's own payload, and which delivery it was. */
export const AliasEvent = z
  .looseObject({
    source: z.literal(aliasEventSource),
    "detail-type": z.literal(aliasEventType),
    detail: z.looseObject({
      delivery: z.string().min(1).describe("The delivery's id: its retries have the same."),
      name: z.string().min(1).describe("The registered model, as MLflow names it."),
      alias: z.string().min(1),
      version: z.string().regex(/^[1-9]\d*$/, "a version of MLflow's, a whole number in quotes"),
    }),
  })
  .describe("An alias that was set on a version of a model in MLflow, as its webhook tells it.");

export function readAliasSet(event: object): Normalised {
  const parsed = AliasEvent.safeParse(event);
  if (!parsed.success)
    return {
      kind: "bad",
      mistakes: mistakesOf(parsed.error, AliasEvent, event).map(({ mistake }) => mistake),
    };
  const { name, alias, version } = parsed.data.detail;
  return { kind: "alias-set", set: { name, alias, version } };
}

/** The plan that waits for such an alias, of all that are in force; or why nothing is to be done. */
export function planOfAlias<P extends Pick<Plan, "model" | "registry">>(
  { name, alias }: Pick<SetAlias, "name" | "alias">,
  plans: readonly P[],
): P | string {
  const [plan, ...others] = plans.filter(
    ({ registry }) => registry?.kind === "mlflow" && registry.model === name && registry.alias === alias,
  );
  if (plan === undefined) return `no plan waits for the alias ${alias} of ${name} in MLflow`;
  if (others.length === 0) return plan;
  const models = [plan, ...others].map(({ model }) => model).join(", ");
  return `the plans of ${models} all wait for the alias ${alias} of ${name} in MLflow: give each an alias of its own`;
}

/** The metadata property by which a version of SageMaker's registry says which one of MLflow's it is. */
export const uriProperty = "mlflow:model-uri";

/** As MLflow itself refers to a version. */
export const modelUri = ({ name, version }: Pick<SetAlias, "name" | "version">): string =>
  `models:/${name}/${version}`;

/** `properties`: a version's CustomerMetadataProperties. */
export const isOfAlias = (properties: Readonly<Record<string, string>>, set: SetAlias): boolean =>
  properties[uriProperty] === modelUri(set);
