/**
 * The text of src/core/gates/shipped-roles.json: the roles of all functions in roles.json, each statement once, with the names of
 * placeholders for what is one deployment's own.
 */
import type { RoleOf, Roles } from "#twin/permissions";
import { rehearsedDeployment } from "../src/core/deployment.ts";
import { patternParameters, placeholder } from "../src/rehearsal/permissions/deployed-roles.ts";

export const shippedFile = new URL("../src/core/gates/shipped-roles.json", import.meta.url);

const { stack, region, account, table, evidence } = rehearsedDeployment;

/** The longest come first: a part of theirs is another's. */
const places: readonly (readonly [text: string, name: string])[] = [
  [evidence?.keyId ?? "", "evidenceKey"],
  [evidence?.bucket ?? "", "evidenceBucket"],
  [table, "table"],
  ["REHEARSED", "drawn"],
  ...patternParameters.map((name) => [placeholder(name), name] as const),
  [`schedule/${stack}/`, "scheduleGroup"],
  ["event-bus/default", "eventBus"],
  [stack, "stack"],
  ["arn:aws:", "partition"],
  [region, "region"],
  [account, "account"],
];
/** What of the text stays around the placeholder. */
const around: Readonly<Record<string, readonly [before: string, after: string]>> = {
  scheduleGroup: ["schedule/", "/"],
  eventBus: ["event-bus/", ""],
  partition: ["arn:", ":"],
};

const named = (text: string): string =>
  places.reduce((filled, [found, name]) => {
    const [before, after] = around[name] ?? ["", ""];
    return filled.replaceAll(found, `${before}\${${name}}${after}`);
  }, text);

/** @param extracted the text of roles.json. @throws Error for what says by exclusion what a role may do. */
export function shippedText(extracted: string): string {
  const ways = JSON.parse(extracted) as Readonly<Record<string, Roles>>;
  if (/"(NotAction|NotResource|NotPrincipal)":/.test(extracted))
    throw new Error("expected roles that say what they allow, found one that says what it does not");
  const inWays = new Map<string, Set<string>>();
  const all = Object.entries(ways).flatMap(([way, { functions }]) =>
    Object.values(functions).map((role) => [way, role] as const),
  );
  const statementsOf = ({ statements }: RoleOf) =>
    statements.filter(({ Effect }) => Effect === "Allow").map((each) => JSON.stringify(each));
  for (const [way, role] of all)
    for (const each of statementsOf(role)) inWays.set(each, (inWays.get(each) ?? new Set()).add(way));
  const texts = [...inWays.keys()];
  const roles: Record<string, number[]> = {};
  for (const [, role] of all)
    roles[role.role] = [
      ...new Set([...(roles[role.role] ?? []), ...statementsOf(role).map((each) => texts.indexOf(each))]),
    ];
  const [trust = "[]", ...others] = new Set(all.map(([, role]) => JSON.stringify(role.trust)));
  if (others.length > 0) throw new Error("expected all functions to be assumed by the same, found several");
  const statements = [...inWays].map(([text, within]) => {
    const [only] = within.size < Object.keys(ways).length ? within : [];
    return { ...(only !== undefined && { only }), ...(JSON.parse(text) as object) };
  });
  const lines = (each: readonly unknown[]) => each.map((one) => `  ${JSON.stringify(one)}`).join(",\n");
  const byRole = Object.entries(roles).map(
    ([name, nth]) => `  ${JSON.stringify(name)}: ${JSON.stringify(nth)}`,
  );
  const text = `{\n "trust": ${trust},\n "statements": [\n${lines(statements)}\n ],\n "roles": {\n${byRole.join(",\n")}\n }\n}\n`;
  return named(text);
}
