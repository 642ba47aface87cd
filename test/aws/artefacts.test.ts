/** How artefacts are encrypted, looked up on the twin: which objects are looked at, in how many calls, and what is said of the rest. */
import { describe, expect, test } from "vitest";
import { viewArtefacts } from "../../src/aws/artefacts.ts";
import { lookOf } from "../../src/aws/gates.ts";
import type { Once } from "../../src/aws/images.ts";
import { modelDataOf } from "../../src/aws/model-registry.ts";
import type { ModelData } from "../../src/core/gates/facts.ts";
import type { SpecInput } from "../rehearsal/world/example.ts";
import { type Account, openAccount } from "./account.ts";

const bucket = "chat-assistant-models";
const archive: ModelData = { uri: `s3://${bucket}/v7/model.tar.gz`, kind: "object" };
const prefix: ModelData = { uri: `s3://${bucket}/v7/`, kind: "prefix" };
const part = (nth: number, of: number): string =>
  `s3://${bucket}/v7/model-${String(nth).padStart(5, "0")}-of-${String(of).padStart(5, "0")}.safetensors`;
const opened = (modelData: object): Account =>
  openAccount({ spec: { security: { modelData } } as SpecInput });
const keyed = (objects = 1): Account => opened({ candidate: "customer", objects });
const keyArn = "arn:aws:kms:eu-west-1:123456789012:key/9abcdef0-9abc-def0-1234-9abcdef01234";
const enabled = { algorithm: "aws:kms", key: { arn: keyArn, state: "Enabled" } };

function onceEach(): Once {
  const under = new Map<string, Promise<unknown>>();
  return <T>(key: string, ask: () => Promise<T>): Promise<T> => {
    const known = (under.get(key) ?? ask()) as Promise<T>;
    under.set(key, known);
    return known;
  };
}

const view = (account: Account, ...data: readonly (readonly ModelData[])[]) =>
  viewBy(onceEach(), account, ...data);

async function viewBy(once: Once, account: Account, ...data: readonly (readonly ModelData[])[]) {
  const before = account.calls.length;
  const seen = await viewArtefacts(
    account.aws,
    { value: data.map((each) => ({ image: "", registered: undefined, data: each })) },
    { look: lookOf(), once, bounds: { objects: 12, prefixes: 1 } },
  );
  if ("unknown" in seen) throw new Error(seen.unknown);
  return { ...seen.value, calls: account.calls.slice(before).map(({ operation }) => operation) };
}

describe("an archive", () => {
  test.each([
    ["none", { algorithm: undefined, key: null }],
    ["s3", { algorithm: "AES256", key: null }],
    ["customer", enabled],
  ])("that is encrypted by %s is told so", async (candidate, found) => {
    const { objects, unseen } = await view(opened({ candidate }), [archive]);

    expect({ objects, unseen }).toEqual({ objects: [{ uri: archive.uri, ...found }], unseen: [] });
  });

  test("takes one call, and one of its key; several containers take no more for the same", async () => {
    const other = { uri: `s3://${bucket}/v7/other.tar.gz`, kind: "object" } as const;
    const account = keyed();
    const { state } = account.world;
    state.objects.set(other.uri.slice(5), "");
    (state.objectEncryption as Map<string, object>).set(other.uri.slice(5), { by: "aws:kms:dsse", keyArn });

    expect((await view(account, [archive], [archive])).calls).toEqual(["HeadObject", "DescribeKey"]);
    expect(await view(account, [archive], [other])).toEqual({
      objects: [
        { uri: archive.uri, ...enabled },
        { uri: other.uri, ...enabled, algorithm: "aws:kms:dsse" },
      ],
      unseen: [],
      calls: ["HeadObject", "HeadObject", "DescribeKey"],
    });
  });

  test("that is not there, or whose address says of no object, is not seen", async () => {
    const gone = { uri: `s3://${bucket}/v8/model.tar.gz`, kind: "object" } as const;
    const odd = ["s3://chat-assistant-models", "file:///model.tar.gz"].map(
      (uri) => ({ uri, kind: "object" }) as const,
    );

    expect(await view(keyed(), [gone, ...odd])).toEqual({
      objects: [],
      unseen: [
        `object ${gone.uri}: S3 has no such object`,
        ...odd.map(({ uri }) => `${uri} names no object of a bucket`),
      ],
      calls: ["HeadObject"],
    });
  });

  test("is found by the path style of https too", async () => {
    const uri = `https://s3.eu-west-1.amazonaws.com/${bucket}/v7/model.tar.gz`;

    expect((await view(keyed(), [{ uri, kind: "object" }])).objects).toEqual([{ uri, ...enabled }]);
  });
});

describe("a prefix", () => {
  test("is every object under it, and not what stands for its folder", async () => {
    const account = keyed(3);
    account.world.state.objects.set(`${bucket}/v7/`, "");

    expect(await view(account, [prefix])).toEqual({
      objects: [1, 2, 3].map((nth) => ({ uri: part(nth, 3), ...enabled })),
      unseen: [],
      calls: ["ListObjectsV2", "HeadObject", "HeadObject", "HeadObject", "DescribeKey"],
    });
  });

  test("of more objects than are looked at says how many are not, and which", async () => {
    const account = keyed(20);
    (account.world.state.objectEncryption as Map<string, object>).delete(part(13, 20).slice(5));

    const { objects, unseen, calls } = await view(account, [prefix]);

    expect(objects.map(({ uri }) => uri)).toEqual(Array.from({ length: 12 }, (_, nth) => part(nth + 1, 20)));
    expect(unseen).toEqual([`8 of 20 objects were not looked at, from ${part(13, 20)} on`]);
    expect(calls).toHaveLength(14);
  });

  test("of more than a list tells, of none, or beyond the first is said to be", async () => {
    const account = keyed();
    for (let nth = 0; nth <= 1000; nth++) account.world.state.objects.set(`${bucket}/many/${nth}`, "");
    const at = (folder: string): ModelData => ({ uri: `s3://${bucket}/${folder}/`, kind: "prefix" });

    expect((await view(account, [at("many")])).unseen).toContain(
      `${at("many").uri} has more objects than one list tells`,
    );
    expect((await view(account, [at("nothing")])).unseen).toEqual([`${at("nothing").uri} has no objects`]);
    expect((await view(account, [prefix, at("many")])).unseen).toEqual([
      `${at("many").uri} was not looked at: prefixes beyond 1 are not`,
    ]);
  });

  test("whose objects a manifest lists is not seen", async () => {
    const listed = { uri: prefix.uri, kind: "manifest" } as const;

    expect(await view(keyed(2), [listed])).toMatchObject({
      objects: [],
      unseen: [`what a manifest lists of ${prefix.uri} is not looked at`],
      calls: [],
    });
  });
});

test("two sides that load the same ask for it once", async () => {
  const once = onceEach();
  const account = keyed(2);

  expect((await viewBy(once, account, [prefix])).calls).toHaveLength(4);
  const { objects, calls } = await viewBy(once, account, [prefix]);
  expect(objects).toHaveLength(2);
  expect(calls).toEqual([]);
});

describe("what is refused is not seen", () => {
  const refusing = (status: number) => {
    const account = keyed();
    const error = Object.assign(new Error("Unknown"), {
      name: String(status),
      $metadata: { httpStatusCode: status },
    });
    const s3 = { send: () => Promise.reject(error) } as never;
    return { ...account, aws: { ...account.aws, s3 } };
  };

  test.each([
    [archive, "object"],
    [prefix, "objects of"],
  ])("and the parameter is named that would have it seen", async (data, what) => {
    expect((await view(refusing(403), [data])).unseen).toEqual([
      `${what} ${data.uri}: denied; --param modelBuckets=… of the deployment has to name bucket ${bucket}, and its policy to allow it`,
    ]);
    expect((await view(refusing(503), [data])).unseen).toEqual([`${what} ${data.uri}: 503: Unknown`]);
  });

  test("be it its key, or a key that is elsewhere", async () => {
    const account = keyed();
    const { state } = account.world;
    const elsewhere = keyArn.replace("eu-west-1", "us-east-1");
    state.keys.clear();

    expect((await view(account, [archive])).unseen).toEqual([
      expect.stringMatching(new RegExp(`^key ${keyArn}: NotFoundException: `)),
    ]);
    (state.objectEncryption as Map<string, object>).set(archive.uri.slice(5), {
      by: "aws:kms",
      keyArn: elsewhere,
    });
    expect(await view(account, [archive])).toMatchObject({
      unseen: [
        `${archive.uri} is encrypted by ${elsewhere}, and KMS of another Region than eu-west-1 is not asked`,
      ],
      calls: ["HeadObject"],
    });
  });
});

test("what a container loads is its archive, its sources, and what comes beside them", () => {
  const source = (S3Uri: string, more: object = {}) => ({
    S3DataSource: { S3Uri, S3DataType: "S3Prefix", CompressionType: "None", ...more } as never,
  });

  expect(modelDataOf({ Image: "x" })).toEqual([]);
  expect(
    modelDataOf({
      ModelDataUrl: "s3://a/model.tar.gz",
      ModelDataSource: source("s3://a/base/"),
      AdditionalModelDataSources: [
        { ChannelName: "draft", ...source("s3://a/draft", { S3DataType: "S3Object" }) },
        { ChannelName: "hub", ...source("s3://a/hub/", { ManifestS3Uri: "s3://a/hub.csv" }) },
      ],
      AdditionalS3DataSource: { S3DataType: "S3Prefix", S3Uri: "s3://a/beside/" },
    }),
  ).toEqual([
    { uri: "s3://a/model.tar.gz", kind: "object" },
    { uri: "s3://a/base/", kind: "prefix" },
    { uri: "s3://a/draft", kind: "object" },
    { uri: "s3://a/hub/", kind: "manifest" },
    { uri: "s3://a/beside/", kind: "prefix" },
  ]);
});
