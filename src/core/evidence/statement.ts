/**
 * The in-toto Statement (v1) of a pack: what is signed in its place, since it carries the pack's digest and is short. It says
 * where in its chain the pack comes, and after which.
 */
import * as z from "zod";
import { type Canonical, canonical } from "./canonical.ts";
import { type Described, type Pack, Sha256 } from "./pack.ts";

/** Hexadecimal SHA-256 of a text in UTF-8. Whoever calls brings it: core computes no digests. */
export type Sha256Of = (text: string) => string;

const predicateType = "https://slipway.dev/evidence/v1";

export const Chain = z.strictObject({
  subject: z.string(),
  /** From 1, without gaps. */
  sequence: z.int().min(1),
  /** The hash of the entry before; null of the first. */
  previous: Sha256.nullable(),
});
export type Chain = z.infer<typeof Chain>;

export const Statement = z.strictObject({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.array(z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: Sha256 }) })).min(1),
  predicateType: z.literal(predicateType),
  predicate: z.strictObject({ chain: Chain }),
});
export type Statement = z.infer<typeof Statement>;

/** The canonical text: its digest is the entry's hash. The first subject is the pack. */
export function statementText(pack: Pack, chain: Chain, sha256: Sha256Of): string {
  const statement: Statement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: subjectsOf(pack, sha256).map(([name, digest]) => ({
      name: name.slice(0, longestName),
      digest: { sha256: digest },
    })),
    predicateType,
    predicate: { chain },
  };
  return canonical(statement);
}

/** Chosen, so that what is signed stays within what KMS takes. */
const longestName = 200;

function subjectsOf(pack: Pack, sha256: Sha256Of): [string, string][] {
  const all: [string, string][] = [["pack", sha256(canonical(pack as Canonical))]];
  if (!("release" in pack)) return all;
  const { release, resource, after } = pack;
  if (release.plan !== undefined) all.push(["plan", release.plan]);
  if (release.artefacts !== undefined) all.push(["model-artefact", release.artefacts.sha256]);
  if (!("is" in after && after.is === null))
    all.push([`${resource.kind}/${resource.name}`, digestOf(after, sha256)]);
  const image = imageIn(after);
  if (image !== undefined) all.push(["image", image]);
  return all;
}

const digestOf = (state: Described, sha256: Sha256Of): string =>
  "is" in state ? sha256(canonical(state.is)) : state.sha256;

/** The digest of the one image that a state names by it. */
function imageIn(state: Described): string | undefined {
  if (!("is" in state)) return undefined;
  const found = [...canonical(state.is).matchAll(/@sha256:([0-9a-f]{64})/g)].map(([, digest]) => digest);
  return new Set(found).size === 1 ? found[0] : undefined;
}
