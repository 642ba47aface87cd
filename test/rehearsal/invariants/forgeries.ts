/** What steps get to read and send when something is broken: forged answers, changed requests, substituted steps. */
import type { Steps } from "#twin/engine";
import type { Body } from "./tampering.ts";

type Item = Record<string, Record<string, unknown>>;

/** Calls a step on another event, or answers something else than it did. */
export function substituted(
  state: string,
  step: (event: Body, original: (event: Body) => Promise<Body>) => Promise<unknown>,
) {
  return (steps: Steps): Steps => {
    const original = steps[state];
    if (original === undefined) throw new Error(`there is no step ${state}`);
    return {
      ...steps,
      [state]: (event, context) =>
        step(event as Body, async (changed) => (await original(changed, context)) as Body),
    };
  };
}

export const executionArn = (name: string) =>
  `arn:aws:states:eu-west-1:123456789012:execution:slipway-dev-release:${name}`;

/** A lock item as it looks to a run that believes the lock to be its own. */
export function heldBy(name: string, output: Body): Body {
  const item = output.Item as Record<string, { M?: Item }> | undefined;
  Object.assign(item?.holder?.M ?? {}, { execution: { S: executionArn(name) } });
  return output;
}

/** DynamoDB refuses values that no expression uses. */
export function withoutUnused(input: Body): Body {
  const values = Object.entries(valuesOf(input)).filter(([key]) =>
    new RegExp(`${key}\\b`).test(String(input.UpdateExpression)),
  );
  return {
    ...input,
    ExpressionAttributeValues: values.length === 0 ? undefined : Object.fromEntries(values),
  };
}

/** The opening of a run that compensates a release, whoever holds its lock. */
export function compensating(opening: Body, name: string): Body {
  const release = { ...(opening.release as Body), execution: executionArn(name) };
  return { ...opening, route: "compensate", release };
}

export function withoutValues(output: Body): Body {
  const results = output.MetricDataResults as Body[];
  return { ...output, MetricDataResults: results.map((each) => ({ ...each, Timestamps: [], Values: [] })) };
}

export function freesLock(input: Body): boolean {
  return String(input.UpdateExpression).startsWith("REMOVE holder");
}

const valuesOf = (input: Body) => (input.ExpressionAttributeValues ?? {}) as Record<string, { M: Item }>;
export const intentOf = (input: Body): Item | undefined => valuesOf(input)[":intent"]?.M;
export const closingOf = (input: Body) => valuesOf(input)[":closing"];

/** What a description looks like to somebody who takes what was asked for as done. */
export function withWeights(output: Body, asked: readonly Body[]): Body {
  if (output.EndpointStatus !== "InService") return output;
  const variants = (output.ProductionVariants as Body[]).map((variant) => {
    const weight = asked.find(({ VariantName }) => VariantName === variant.VariantName)?.DesiredWeight;
    return weight === undefined ? variant : { ...variant, CurrentWeight: weight, DesiredWeight: weight };
  });
  return { ...output, ProductionVariants: variants };
}
