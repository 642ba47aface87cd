/**
 * IAM, of which four reads are made of a role: who may assume it, its inline policies, and what is attached to it. They are signed and
 * sent as the query protocol has it, which spares every function a client of its own.
 */
import { awsRefused } from "../core/errors.ts";
import type { SeenRole } from "../core/gates/role-rights.ts";
import { type SignedTo, signedPost } from "./signed-post.ts";

/**
 * A role as it is now; undefined where there is none. `goesOn` is asked before each call.
 * @throws AwsRefused with what IAM has said, or where it may not go on, and what the network does
 */
export type ReadRole = (name: string, goesOn: () => boolean) => Promise<SeenRole | undefined>;

/** IAM is one for a partition, and signed for one of its Regions (botocore 1.43, endpoints.json). */
const places: readonly (readonly [prefix: string, host: string, region: string])[] = [
  ["cn-", "iam.cn-north-1.amazonaws.com.cn", "cn-north-1"],
  ["us-gov-", "iam.us-gov.amazonaws.com", "us-gov-west-1"],
  ["us-isob-", "iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"],
  ["us-iso-", "iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
  ["", "iam.amazonaws.com", "us-east-1"],
];

/** As many as can be read of a refusal. */
const mostSaid = 300;

export function readingRoles(settings: Omit<SignedTo, "url" | "service">): ReadRole {
  const [, host, region] = places.find(([prefix]) =>
    settings.region.startsWith(prefix),
  ) as (typeof places)[0];
  const post = signedPost({ ...settings, region, url: `https://${host}`, service: "iam" });

  return async (role, goesOn) => {
    const ask = async (action: string, more: Readonly<Record<string, string>> = {}): Promise<string> => {
      if (!goesOn()) throw awsRefused("the sweep's time for roles was over");
      const form = new URLSearchParams({ Action: action, Version: "2010-05-08", RoleName: role, ...more });
      const { statusCode, text } = await post(form.toString(), {
        "content-type": "application/x-www-form-urlencoded",
      });
      if (statusCode === 200) return text;
      const [code = "", message = ""] = ["Code", "Message"].map((tag) => elements(text, tag)[0]);
      if (code === "NoSuchEntity") throw new Gone(message);
      const said = code === "" ? text : `${code}: ${message}`;
      throw awsRefused(
        `iam:${action} of role ${role}: IAM answered ${statusCode}, ${said}`.slice(0, mostSaid),
      );
    };
    /** What each of a list's pages has by a tag. */
    const list = async (action: string, tag: string): Promise<string[]> => {
      const found: string[] = [];
      let marker: string | undefined;
      do {
        const text = await ask(action, marker === undefined ? {} : { Marker: marker });
        found.push(...elements(text, tag));
        marker = elements(text, "IsTruncated")[0] === "true" ? elements(text, "Marker")[0] : undefined;
      } while (marker !== undefined);
      return found;
    };
    try {
      const trust = documentIn(await ask("GetRole"), "AssumeRolePolicyDocument");
      const attached = await list("ListAttachedRolePolicies", "PolicyArn");
      const names = await list("ListRolePolicies", "member");
      const inline: Record<string, unknown> = {};
      for (const PolicyName of names) {
        const text = await ask("GetRolePolicy", { PolicyName }).catch(absent);
        if (text !== undefined) inline[PolicyName] = documentIn(text, "PolicyDocument");
      }
      return { trust, inline, attached };
    } catch (error) {
      return absent(error);
    }
  };
}

/** A role or a policy that is not there, or no longer. */
class Gone extends Error {}

function absent(error: unknown): undefined {
  if (error instanceof Gone) return undefined;
  throw error;
}

/** The texts of XML's elements that have no others in them. */
function elements(xml: string, tag: string): string[] {
  return [...xml.matchAll(new RegExp(`<${tag}>([^<]*)</${tag}>`, "g"))].map(([, text = ""]) =>
    unescaped(text),
  );
}

const entities: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const unescaped = (text: string): string =>
  text.replaceAll(
    /&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi,
    (whole, hex?: string, decimal?: string, name = "") => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return Number.isNaN(code) ? (entities[name] ?? whole) : String.fromCodePoint(code);
    },
  );

/** "Policies returned by this operation are URL-encoded compliant with RFC 3986" (GetRolePolicy, API reference). */
function documentIn(xml: string, tag: string): unknown {
  const [encoded] = elements(xml, tag);
  if (encoded === undefined) throw awsRefused(`expected a ${tag} of IAM, found none`);
  return JSON.parse(decodeURIComponent(encoded));
}
