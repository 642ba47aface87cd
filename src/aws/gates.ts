/**
 * Looks up what a plan's gates go by, of the candidate and of what serves, and has core judge it. All calls of one look are few,
 * go out side by side, and each has its deadline: after that the answer is unknown, which counts as a failure.
 */
import { answersOf } from "../core/gates/answers.ts";
import {
  allKnown,
  type ContainerFacts,
  type DataPlace,
  type DescribedSide,
  type GateFacts,
  type GateLook,
  type GateSide,
  type Looked,
  notLooked,
  partOf,
} from "../core/gates/facts.ts";
import { blockedText, type GateAnswer, overridden } from "../core/gates/gate-answer.ts";
import type { FactName } from "../core/gates/judging.ts";
import { factsFor } from "../core/gates/registry.ts";
import { gatesOf } from "../core/gates/settings.ts";
import type { Plan } from "../core/plan/plan.ts";
import { type BrokenGlass, bothNames } from "../core/release/break-glass.ts";
import type { Needs } from "../core/release/release.ts";
import { referredBy } from "../core/request/image-reference.ts";
import { type ArtefactBounds, viewArtefacts } from "./artefacts.ts";
import { brokenGlass } from "./break-glass.ts";
import { bucketIn, regionOfBucket } from "./buckets.ts";
import type { Aws } from "./clients.ts";
import { type Once, viewImages } from "./images.ts";
import { viewKey } from "./keys.ts";
import type { Tools } from "./lambda.ts";
import { ownRolesSeen } from "./own-roles.ts";
import { servingPlatform } from "./serving/platforms.ts";

/** Chosen: a look of an endpoint with one container on each side makes 16 at most, and 21 more for what it is loaded from. */
const mostCalls = 40;
/** Chosen; milliseconds. The SDK's own tries are within it. */
const patienceMs = 2_000;
/** Chosen. Of what serves one object that is short of it is enough to compare with. */
const artefactBounds = {
  candidate: { objects: 12, prefixes: 2 },
  serving: { objects: 4, prefixes: 1 },
} as const;

interface Asked {
  readonly plan: Plan;
  readonly needs: Needs;
}

interface AskedOf extends Asked {
  readonly release: { readonly id: string };
}

export interface GatesAnswered {
  readonly answers: GateAnswer[];
  /** What lets the release past some of them. */
  readonly glass?: BrokenGlass;
}

/** What the gates of a plan answer now; none where it asks for none, without a call. */
export async function askGates(tools: Tools, { plan, needs, release }: AskedOf): Promise<GatesAnswered> {
  const asked = gatesOf(plan);
  if (plan.gates === undefined || asked.length === 0) return { answers: [] };
  const { aws, now } = tools;
  const facts = await factsOf(aws, { plan, needs }, factsFor(asked));
  const answers = answersOf({ gates: plan.gates, facts, region: aws.environment.region, nowMs: now() });
  if (blockedText(answers) === undefined) return { answers };
  const glass = await brokenGlass(aws, release.id, now());
  if (glass === undefined) return { answers };
  const { passes, until, reason } = glass.asked;
  const past = overridden(answers, { passes, until, reason, by: bothNames(glass) });
  return { answers: past, ...(past.some(({ status }) => status === "overridden") && { glass }) };
}

async function factsOf(aws: Aws, { plan, needs }: Asked, wanted: ReadonlySet<FactName>): Promise<GateFacts> {
  const means = {
    costUsd: needs.costUsd,
    budgetUsd: plan.budget.usdPerRelease,
    stableInstances: needs.inPlace?.stableInstances ?? needs.stable.instances,
    roomInstances: needs.room?.stableInstances,
  };
  const look = lookOf();
  const isAlone = [...wanted].every((fact) => fact === "means" || fact === "roles");
  const sides = isAlone
    ? { candidate: unseen, serving: unseen }
    : await servingPlatform(aws).describe({ name: plan.endpoint.name, needs, look });
  const once = onceEach();
  const [roles, candidate, serving] = await Promise.all([
    wanted.has("roles") ? rolesOf(aws, look) : notLooked,
    sideFacts(aws, sides.candidate, { wanted, look, once, bounds: artefactBounds.candidate }),
    sideFacts(aws, sides.serving, { wanted, look, once, bounds: artefactBounds.serving }),
  ]);
  return { candidate, serving, means, roles };
}

/** As the sweep has found them: one item. */
async function rolesOf(aws: Aws, look: GateLook): Promise<GateFacts["roles"]> {
  const seen = await look("the sweep's look at roles", (signal) => ownRolesSeen(aws, signal));
  return partOf(seen, (value) =>
    value === undefined ? { unknown: "no sweep has looked at the stack's own roles yet" } : { value },
  );
}

const unseen: DescribedSide = {
  called: "",
  volume: notLooked,
  model: notLooked,
  containers: notLooked,
  version: notLooked,
  arns: [],
  captured: notLooked,
};

/** One call; counted, and given up after its time. */
export function lookOf(): GateLook {
  let calls = 0;
  return async (what, call) => {
    calls += 1;
    if (calls > mostCalls) return { unknown: `${what}: not asked, since ${mostCalls} calls were made` };
    const patience = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        patience.abort();
        reject(new Error(`no answer within ${patienceMs / 1000} s`));
      }, patienceMs);
    });
    try {
      return { value: await Promise.race([call(patience.signal), late]) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      return { unknown: `${what}: ${name === "Error" ? "" : `${name}: `}${message}` };
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Both sides mostly have the same key, bucket and repository. */
function onceEach(): Once {
  const under = new Map<string, Promise<unknown>>();
  return <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = (under.get(key) ?? ask()) as Promise<T>;
    under.set(key, known);
    return known;
  };
}

interface Looking {
  readonly wanted: ReadonlySet<FactName>;
  readonly look: GateLook;
  readonly once: Once;
  readonly bounds: ArtefactBounds;
}

async function sideFacts(aws: Aws, side: DescribedSide, looking: Looking): Promise<GateSide> {
  const { wanted, look, once } = looking;
  const [key, artefacts, images, places] = await Promise.all([
    wanted.has("key") ? keyOf(aws, side, looking) : notLooked,
    wanted.has("artefacts") ? viewArtefacts(aws, side.containers, looking) : notLooked,
    wanted.has("images")
      ? viewImages(aws, side.containers, { look, once, scans: wanted.has("scans") })
      : notLooked,
    wanted.has("places") ? placesOf(aws, side, looking) : notLooked,
  ]);
  const { called, volume, model, version } = side;
  return { called, volume, model, version, key, artefacts, images, places };
}

async function keyOf(aws: Aws, { volume }: DescribedSide, looking: Looking): Promise<GateSide["key"]> {
  if ("unknown" in volume) return volume;
  const { keyId } = volume.value;
  return keyId === null ? { value: null } : looking.once(`key ${keyId}`, () => viewKey(aws, keyId, looking));
}

/** Of all that a side is made of and writes: ARNs, images, and buckets. Keys are known beside these. */
async function placesOf(
  aws: Aws,
  { arns, containers, captured }: DescribedSide,
  { look, once }: Looking,
): Promise<GateSide["places"]> {
  const loaded = partOf(containers, (all) => ({
    value: all.flatMap(({ data }) => data.map(({ uri }) => uri)),
  }));
  const uris = allKnown([loaded, captured]);
  if ("unknown" in uris) return uris;
  if ("unknown" in containers) return containers;
  const buckets = await Promise.all(
    [...new Set(uris.value.flat())].map(async (uri): Promise<Looked<DataPlace>> => {
      const bucket = bucketIn(uri);
      if (bucket === undefined) return { unknown: `${uri} is in no bucket that it names` };
      const region = await once(`bucket ${bucket}`, () => regionOfBucket(aws, bucket, look));
      return partOf(region, (where) => ({ value: { what: uri, region: where } }));
    }),
  );
  const known = arns.map(
    (arn): Looked<DataPlace> => ({ value: { what: arn, region: arn.split(":")[3] ?? "" } }),
  );
  return allKnown([...known, ...containers.value.map(placeOfImage), ...buckets]);
}

function placeOfImage({ image }: ContainerFacts): Looked<DataPlace> {
  const region = referredBy(image)?.region;
  return region === undefined
    ? { unknown: `image ${image || "of no name"} is in no registry of ECR` }
    : { value: { what: image, region } };
}
