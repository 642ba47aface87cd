/**
 * Policies as CloudFormation carries them, read strictly: an element, an effect or a pattern that is not understood
 * is an error, since leaving it out would allow or deny what AWS does not.
 */
import { type Condition, type ConditionElement, conditionOf } from "./conditions.ts";
import { arns, type Matcher, wildcards } from "./pattern.ts";

/** One statement of an identity-based policy. */
export interface StatementElement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: ConditionElement;
}

/** One action of a statement on one of its resources: the least that can be taken away from a role. */
export interface Right {
  /** The place of the statement among those of the role. */
  readonly statement: number;
  readonly action: string;
  readonly resource: string;
}

/** A statement made ready: its rights, each with what it matches. */
export interface Statement {
  readonly allows: boolean;
  readonly rights: readonly { readonly right: Right; readonly action: Matcher; readonly resource: Matcher }[];
  readonly holds: Condition;
}

const elements: ReadonlySet<string> = new Set([
  ...["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"],
]);

/** Throws on what is not modelled, naming it. */
export function readStatements(statements: readonly StatementElement[]): Statement[] {
  return statements.map((element, place) => {
    for (const name of Object.keys(element))
      if (!elements.has(name)) throw new Error(`the policy element ${name} is not modelled`);
    if (element.Effect !== "Allow" && element.Effect !== "Deny")
      throw new Error(`expected Effect to be Allow or Deny, found ${JSON.stringify(element.Effect)}`);
    const actions = patternsOf(element, "Action", actionMatcher);
    const resources = patternsOf(element, "Resource", resourceMatcher);
    const rights = actions.flatMap(([action, actionMatches]) =>
      resources.map(([resource, resourceMatches]) => ({
        right: { statement: place, action, resource },
        action: actionMatches,
        resource: resourceMatches,
      })),
    );
    return { allows: element.Effect === "Allow", rights, holds: conditionOf(element.Condition ?? {}) };
  });
}

/** The patterns of `Action` or `NotAction`, of `Resource` or `NotResource`; what is negated is one pattern. */
function patternsOf(
  element: StatementElement,
  name: "Action" | "Resource",
  matcher: (pattern: string) => Matcher,
): [pattern: string, matches: Matcher][] {
  const [given, negated] = [element[name], element[`Not${name}`]].map(listOf);
  if ((given === undefined) === (negated === undefined))
    throw new Error(`expected ${name} or Not${name} in a statement, found ${given ? "both" : "neither"}`);
  if (given !== undefined) return given.map((pattern) => [pattern, matcher(pattern)]);
  const excepted = (negated ?? []).map(matcher);
  return [[`all but ${negated?.join(", ")}`, (text) => !excepted.some((matches) => matches(text))]];
}

function listOf(patterns: string | readonly string[] | undefined): readonly string[] | undefined {
  return patterns === undefined ? undefined : [patterns].flat();
}

/** "Prefix and action name are case insensitive" (IAM user guide, Action element). */
function actionMatcher(pattern: string): Matcher {
  if (pattern !== "*" && !/^[a-z0-9-]+:[A-Za-z0-9*?]+$/i.test(pattern))
    throw new Error(`expected an action such as sagemaker:CreateModel, found ${JSON.stringify(pattern)}`);
  return wildcards(pattern, { caseless: true });
}

function resourceMatcher(pattern: string): Matcher {
  return pattern === "*" ? wildcards(pattern) : arns(pattern);
}
