/** What whoever asked for a release has said of themselves, in words that say that nobody has looked into it. */
import type { Claimed } from "../core/request/claimed.ts";

/** `asked for with the credentials of arn:…; claimed by octocat, for commit 0a1b2c3, in https://…`; undefined where nothing is said. */
export function claimedText({ by, commit, run, role }: Claimed): string | undefined {
  const claims = [
    ...(by === undefined ? [] : [`by ${by}`]),
    ...(commit === undefined ? [] : [`for commit ${commit}`]),
    ...(run === undefined ? [] : [`in ${run}`]),
  ];
  const parts = [
    ...(role === undefined ? [] : [`asked for with the credentials of ${role}`]),
    ...(claims.length === 0 ? [] : [`claimed ${claims.join(", ")}`]),
  ];
  return parts.length === 0 ? undefined : parts.join("; ");
}
