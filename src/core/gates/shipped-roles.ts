/**
 * The roles of a stack's functions as they are shipped: what serverless.yml packages (shipped-roles.json, `npm run roles`), bound to
 * one deployment's names and to what whoever deployed it has given.
 */
import type { Deployment } from "../deployment.ts";
import { drawn, type ShippedRole } from "./role-rights.ts";
import written from "./shipped-roles.json" with { type: "json" };

type Statement = ShippedRole["statements"][number];

interface Written {
  readonly trust: readonly Statement[];
  /** `only`: by which `autoScalingChecks` it is there; absent: by all. */
  readonly statements: readonly (Statement & { readonly only?: string })[];
  /** By the role's name, places in `statements`. */
  readonly roles: Readonly<Record<string, readonly number[]>>;
}

const { trust, statements, roles } = written as unknown as Written;

/** "Role names … up to 64 characters" (IAM user guide, quotas); serverless-iam-roles-per-function then leaves out its last part. */
const mostNamed = 64;
const lastPart = "-lambdaRole";

/** @throws Error for a parameter that shipped-roles.json names and the deployment does not. */
export function shippedRoles(own: Deployment): ShippedRole[] {
  const { roleParameters = {}, evidence, stateMachineArn } = own;
  const values: Readonly<Record<string, string | undefined>> = {
    ...roleParameters,
    partition: stateMachineArn.split(":")[1],
    region: own.region,
    account: own.account,
    stack: own.stack,
    table: own.table,
    scheduleGroup: own.scheduleGroup,
    eventBus: own.eventBus,
    evidenceBucket: evidence?.bucket ?? none,
    evidenceKey: evidence?.keyId ?? none,
    drawn,
  };
  const bind = <T>(value: T): T => JSON.parse(bound(JSON.stringify(value), values)) as T;
  const isShipped = ({ only }: Written["statements"][number]) =>
    only === undefined || only === roleParameters.autoScalingChecks;
  return Object.entries(roles).map(([name, places]) => ({
    name: shortened(bind(name)),
    trust: bind(trust),
    statements: bind(places.flatMap((place) => statements[place] ?? []).filter(isShipped)),
  }));
}

/** No ARN: of a stack without evidence nothing is shipped for it. */
const none = "none";

function bound(text: string, values: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`expected the parameter ${name} of the deployment, found none`);
    return value;
  });
}

const shortened = (name: string): string =>
  name.length > mostNamed && name.endsWith(lastPart) ? name.slice(0, -lastPart.length) : name;
