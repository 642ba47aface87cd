/**
 * Which person an ARN stands for, as far as AWS can say: who it was that gave an order is what a request was signed with, and
 * what many sign with is nobody in particular.
 */

export interface Person {
  /** As AWS authenticated the request. */
  readonly arn: string;
  /**
   * Equal for what one person may have signed with: the name of a user or of a session in lower case, or the ARN of what
   * several share. Two people of one name count as one: rather that than one person as two.
   */
  readonly person: string;
  /** Whether it names one person, and no role, key or account that several share. */
  readonly isNamed: boolean;
}

/**
 * The roles that IAM Identity Center makes; it names their sessions after who signed in (IAM Identity Center user guide,
 * "Referencing permission sets").
 */
const identityCenter = /^AWSReservedSSO_/;

/**
 * Whoever assumes a role names the session as they like, unless the role's trust policy demands their own name
 * (`sts:RoleSessionName`, IAM user guide): `namedRoles` are patterns of the names of roles of which that is so, with * and ?.
 */
export function personOf(arn: string, namedRoles: readonly string[] = []): Person {
  const [, , service, , , resource = ""] = arn.split(":");
  const [kind, ...path] = resource.split("/");
  const name = path.at(-1) ?? "";
  if (service === "iam" && kind === "user" && name !== "") return named(arn, name);
  const [role = "", session = ""] = path;
  if (kind !== "assumed-role" || session === "") return { arn, person: arn, isNamed: false };
  const isNamed = identityCenter.test(role) || namedRoles.some((pattern) => likes(pattern).test(role));
  return isNamed ? named(arn, session) : { arn, person: arn.slice(0, arn.lastIndexOf("/")), isNamed: false };
}

const named = (arn: string, name: string): Person => ({ arn, person: name.toLowerCase(), isNamed: true });

const likes = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );

/** `ann`, or for what several share its kind and name: `role/deploy`. */
export function nameOf({ arn, person, isNamed }: Person): string {
  if (isNamed) return person;
  const resource = arn.split(":").slice(5).join(":");
  const [kind, role] = resource.split("/");
  return kind === "assumed-role" ? `role/${role}` : resource;
}
