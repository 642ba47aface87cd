/**
 * Whether the roles of Slipway's own functions allow no more than what is shipped. The sweep looks at them role by role and keeps
 * what it found; the gate goes by that, since looking takes more calls than gates have.
 */
import type { RolesSeen } from "./facts.ts";
import type { Gate, GateQuestion, GateVerdict } from "./judging.ts";

const hourMs = 3_600_000;
/** Chosen: how old a look may be until the role is looked at again. One that allows too much is looked at by each sweep. */
export const dueMs = 24 * hourMs;
/** Chosen: how old a look may be that the gate goes by. */
const freshMs = 26 * hourMs;

/** Those that it is time to look at, by name: never seen, held against something else, allowing too much, or seen a day ago. */
export function dueRoles(
  { roles }: RolesSeen,
  shipped: ReadonlyMap<string, string>,
  nowMs: number,
): readonly string[] {
  const isDue = ([name, digest]: readonly [string, string]): boolean => {
    const last = roles[name];
    if (last === undefined || last === null || last.shipped !== digest) return true;
    return last.beyond.length > 0 || nowMs - Date.parse(last.at) >= dueMs;
  };
  const lookedMs = ([name]: readonly [string, string]) => Date.parse(roles[name]?.at ?? "1970-01-01");
  return [...shipped]
    .filter(isDue)
    .sort((one, other) => lookedMs(one) - lookedMs(other))
    .map(([name]) => name);
}

/** One line for each role that allows too much. */
export const tooWide = ({ roles }: RolesSeen): string[] =>
  Object.entries(roles).flatMap(([name, look]) =>
    look === null || look.beyond.length === 0 ? [] : [`role ${name}: ${look.beyond.join("; ")}`],
  );

/** Why the roles are not known, or no longer; undefined where every one was seen lately. */
export function unseenText({ roles, refused }: RolesSeen, nowMs: number): string | undefined {
  if (Object.keys(roles).length === 0) return "never looked at: any of them";
  const never = Object.entries(roles).flatMap(([name, look]) => (look === null ? [name] : []));
  const stale = Object.entries(roles)
    .filter(([, look]) => look !== null && nowMs - Date.parse(look.at) > freshMs)
    .map(([name, look]) => `${name} (${look?.at})`);
  if (never.length + stale.length === 0) return undefined;
  return [
    ...(never.length === 0 ? [] : [`never looked at: ${some(never)}`]),
    ...(stale.length === 0 ? [] : [`not looked at for ${freshMs / hourMs} hours: ${some(stale)}`]),
    ...(refused === undefined ? [] : [`since ${refused.since}: ${refused.why}`]),
  ].join("; ");
}

/** Chosen: as many as can be read. */
const mostTold = 3;
const some = (names: readonly string[]): string =>
  names.length <= mostTold
    ? names.join(", ")
    : `${names.slice(0, mostTold).join(", ")} and ${names.length - mostTold} more`;

const expected = `roles of Slipway's own that allow no more than what is shipped, looked at within ${freshMs / hourMs} hours`;

/** SOC 2 CC6.3, and 45 CFR 164.312(a)(1). No side is compared: what the roles were allowed before excuses nothing. */
export const leastPrivilege: Gate = { by: ["roles"], judge };

function judge({ roles, nowMs }: GateQuestion): GateVerdict {
  if ("unknown" in roles) return unknown(roles.unknown);
  const wide = tooWide(roles.value);
  if (wide.length > 0)
    return {
      status: "fail",
      found: wide.join(". "),
      expected,
      todo: "take from the role what it has too much, or deploy the stack again; the sweep looks again within ten minutes",
    };
  const unseen = unseenText(roles.value, nowMs);
  if (unseen !== undefined) return unknown(unseen);
  const looks = Object.values(roles.value.roles).flatMap((look) => look?.at ?? []);
  const [oldest = ""] = looks.sort();
  const found = `${looks.length} roles, none of which allows more, looked at since ${oldest}`;
  return { status: "pass", found, expected, todo: "" };
}

const unknown = (found: string): GateVerdict => ({
  status: "unknown",
  found,
  expected,
  todo: "let the sweep look, which it does every ten minutes, and its role read the stack's roles in IAM",
});
