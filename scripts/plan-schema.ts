/**
 * What a plan must be beyond the shape of its parts, as far as JSON Schema can say it, so that an editor refuses what
 * `slipway plan` refuses. Growing shares, sums of weights, names that differ and prices that are known are beyond it.
 */
import { guardrail } from "../src/core/kpis/kinds/guardrail.ts";

interface Node {
  readonly [key: string]: unknown;
}
interface Plan extends Node {
  readonly properties: { readonly [key: string]: Node };
}
interface Milestone extends Node {
  readonly properties: {
    readonly when: Node & { readonly anyOf: readonly Node[] };
    readonly [key: string]: Node;
  };
}

/** The schema of a plan out of the one that the code generates. */
export function tightened(schema: Node): Node {
  const { properties } = schema as Plan;
  return {
    ...schema,
    properties: {
      ...properties,
      milestones: milestones(properties.milestones ?? {}),
      kpis: { ...properties.kpis, contains: comparing },
    },
    allOf: releaseTypesOf(properties.releaseTypes).map(described),
  };
}

/** What may stand in place of a milestone's pool, by its kind. */
const insteadOfPool: { readonly [kind: string]: string } = { validation: "criteria", staging: "release" };

/**
 * Production and patches have no pool, nor anything that would end its hold; no approval makes a patch due. Validation and staging need one or what may stand in its
 * place; every other milestone needs one, and no approval makes it due.
 */
function milestones(node: Node): Node {
  const kinds = node.properties as { readonly [kind: string]: Milestone };
  const properties = Object.entries(kinds).map(([kind, milestone]): [string, Node] => {
    const { when, ...own } = milestone.properties;
    const instead = insteadOfPool[kind];
    const { review } = own;
    if (kind === "production")
      return [kind, { ...milestone, properties: { when, ...(review && { review }) } }];
    if (instead !== undefined) return [kind, { ...milestone, anyOf: [needs("pool"), needs(instead)] }];
    const dated = when.anyOf.filter((form) => !("event" in ((form.properties ?? {}) as object)));
    const properties = { when: { ...when, anyOf: dated }, ...own };
    if (kind === "patch")
      return [kind, { ...milestone, properties: { when: properties.when, ...(review && { review }) } }];
    return [kind, { ...milestone, properties, required: ["when", "pool"] }];
  });
  return { ...node, properties: Object.fromEntries(properties) };
}

const needs = (key: string): Node => ({ required: [key] });

/** A KPI that compares with stable: any that is no guardrail. */
const comparing = { not: { properties: { kind: { const: guardrail.kind } } } };

const releaseTypesOf = (node: Node | undefined): string[] => Object.keys((node?.properties ?? {}) as object);

/** The default release type is one that the plan describes. */
const described = (type: string): Node => ({
  if: { properties: { defaultReleaseType: { const: type } }, required: ["defaultReleaseType"] },
  then: { properties: { releaseTypes: { description: `Describes ${type}.`, required: [type] } } },
});
