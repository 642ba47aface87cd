/**
 * S3: how what a version is loaded from is encrypted. S3 tells that of one object at a time and in no list, so of what is loaded by a
 * prefix a bounded number of objects is looked at, and it is said which are not.
 */
import { HeadObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import {
  type ArtefactObject,
  type ArtefactsSeen,
  type ContainerFacts,
  type GateLook,
  type Looked,
  type ModelData,
  partOf,
} from "../core/gates/facts.ts";
import { placeOf } from "./buckets.ts";
import type { Aws } from "./clients.ts";
import type { Once } from "./images.ts";
import { describedKey } from "./keys.ts";

/** Chosen: what a side may take of the calls that all gates have together. */
export interface ArtefactBounds {
  readonly objects: number;
  readonly prefixes: number;
}

interface Looking {
  readonly look: GateLook;
  readonly once: Once;
}

/** Of all containers: what of it was seen, and in words what was not. */
export async function viewArtefacts(
  aws: Aws,
  containers: Looked<readonly ContainerFacts[]>,
  { bounds, ...looking }: Looking & { readonly bounds: ArtefactBounds },
): Promise<Looked<ArtefactsSeen>> {
  if ("unknown" in containers) return containers;
  const all = distinct(containers.value.flatMap(({ data }) => data));
  const named = await namedBy(aws, all, { most: bounds.prefixes, ...looking });
  const uris = [...new Set(named.uris)];
  const beyond = uris.slice(bounds.objects);
  const found = await Promise.all(
    uris
      .slice(0, bounds.objects)
      .map((uri) => looking.once(`object ${uri}`, () => viewObject(aws, uri, looking))),
  );
  const unseen = [
    ...found.flatMap((each) => ("unknown" in each ? [each.unknown] : [])),
    ...named.unseen,
    ...(beyond.length === 0
      ? []
      : [`${beyond.length} of ${uris.length} objects were not looked at, from ${beyond[0]} on`]),
  ];
  return {
    value: {
      objects: found.flatMap((each) => ("value" in each ? [each.value] : [])),
      unseen: [...new Set(unseen)],
    },
  };
}

const distinct = (data: readonly ModelData[]): ModelData[] => [
  ...new Map(data.map((each) => [`${each.kind} ${each.uri}`, each])).values(),
];

interface Named {
  readonly uris: readonly string[];
  readonly unseen: readonly string[];
}

/** The objects that are meant. A manifest's are in its text, which is not read. */
async function namedBy(
  aws: Aws,
  data: readonly ModelData[],
  { most, ...looking }: Looking & { readonly most: number },
): Promise<Named> {
  const prefixes = data.filter(({ kind }) => kind === "prefix");
  const listed = await Promise.all(
    prefixes
      .slice(0, most)
      .map(({ uri }) => looking.once(`objects ${uri}`, () => listObjects(aws, uri, looking))),
  );
  return {
    uris: [
      ...data.filter(({ kind }) => kind === "object").map(({ uri }) => uri),
      ...listed.flatMap(({ uris }) => uris),
    ],
    unseen: [
      ...listed.flatMap(({ unseen }) => unseen),
      ...prefixes.slice(most).map(({ uri }) => `${uri} was not looked at: prefixes beyond ${most} are not`),
      ...data
        .filter(({ kind }) => kind === "manifest")
        .map(({ uri }) => `what a manifest lists of ${uri} is not looked at`),
    ],
  };
}

/** "SageMaker uses all objects that match the specified key name prefix" (S3DataType, API reference); a page has 1,000 of them. */
async function listObjects(aws: Aws, uri: string, { look }: Looking): Promise<Named> {
  const place = placeOf(uri);
  if (place === undefined) return { uris: [], unseen: [`${uri} names no objects of a bucket`] };
  const { Bucket, Key: Prefix } = place;
  const page = await look(`objects of ${uri}`, (abortSignal) =>
    told(Bucket, aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix }), { abortSignal })),
  );
  if ("unknown" in page) return { uris: [], unseen: [page.unknown] };
  const { Contents = [], IsTruncated } = page.value;
  // An object of no bytes whose name ends so is what the console makes of a folder.
  const objects = Contents.filter(({ Key = "", Size }) => !(Key.endsWith("/") && Size === 0));
  const uris = objects.map(({ Key }) => `s3://${Bucket}/${Key}`);
  if (uris.length === 0) return { uris, unseen: [`${uri} has no objects`] };
  return { uris, unseen: IsTruncated ? [`${uri} has more objects than one list tells`] : [] };
}

/** Without a key of KMS where S3 names none. The checksum is not asked for, which would take kms:Decrypt (HeadObject). */
async function viewObject(aws: Aws, uri: string, { look, once }: Looking): Promise<Looked<ArtefactObject>> {
  const place = placeOf(uri);
  if (place === undefined) return { unknown: `${uri} names no object of a bucket` };
  const head = await look(`object ${uri}`, (abortSignal) =>
    told(place.Bucket, aws.s3.send(new HeadObjectCommand(place), { abortSignal })),
  );
  if ("unknown" in head) return head;
  const { ServerSideEncryption: algorithm, SSEKMSKeyId: keyId } = head.value;
  if (algorithm === undefined || !algorithm.startsWith("aws:kms"))
    return { value: { uri, algorithm, key: null } };
  if (keyId === undefined) return { unknown: `${uri}: S3 does not say by which key it is encrypted` };
  const { region } = aws.environment;
  if (keyId.startsWith("arn:") && keyId.split(":")[3] !== region)
    return {
      unknown: `${uri} is encrypted by ${keyId}, and KMS of another Region than ${region} is not asked`,
    };
  const key = await once(`described ${keyId}`, () => describedKey(aws, keyId, look));
  return partOf(key, ({ arn, state }) => ({ value: { uri, algorithm, key: { arn, state } } }));
}

/** An answer to HEAD says of an error no more than its status; without s3:ListBucket what is not there is denied too (HeadObject). */
async function told<T>(bucket: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    const status = $metadata?.httpStatusCode;
    if (status === 403)
      throw new Error(
        `denied; --param modelBuckets=… of the deployment has to name bucket ${bucket}, and its policy to allow it`,
      );
    if (status === 404) throw new Error("S3 has no such object");
    throw error;
  }
}
