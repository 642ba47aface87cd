/** A packaged deployment: its template, and the bundles of its functions. */
import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { inflateRawSync } from "node:zlib";
import { packageDeployment } from "../../scripts/packaging.ts";
import type { Json, Resource, Resources } from "../../scripts/template-roles.ts";

const run = promisify(execFile);

export type { Json, Resource };

export interface Packaged {
  readonly resources: Resources;
  readonly metadata: Json;
  /** The bundle of each function, by the function's name. */
  readonly bundles: ReadonlyMap<string, Buffer>;
  readonly folder: string;
}

/** Packages for a stage and region of its own, so that none of them is a default. */
export async function packaged(stage: string, region: string): Promise<Packaged> {
  const params = {
    endpoints: "check-*",
    workloadRoles: "check-serving-*",
    trainingRoles: "check-training-*",
  };
  const { folder, resources, metadata } = await packageDeployment({ stage, region, params });
  const zips = (await readdir(folder)).filter((name) => name.endsWith(".zip"));
  const bundles = await Promise.all(
    zips.map(async (name): Promise<[string, Buffer]> => {
      const bundle = onlyFile(await readFile(join(folder, name)));
      await writeFile(join(folder, name.replace(".zip", ".cjs")), bundle);
      return [name.replace(".zip", ""), bundle];
    }),
  );
  return { resources, metadata, bundles: new Map(bundles), folder };
}

/** The content of the one file in a zip archive. Offsets: APPNOTE.TXT 4.3.12 (central directory), 4.3.7 (local header). */
export function onlyFile(zip: Buffer): Buffer {
  const entry = zip.lastIndexOf("PK\u0001\u0002", undefined, "latin1");
  if (zip.indexOf("PK\u0001\u0002", 0, "latin1") !== entry)
    throw new Error("expected one file in the archive");
  const [method, size, local] = [
    zip.readUInt16LE(entry + 10),
    zip.readUInt32LE(entry + 20),
    zip.readUInt32LE(entry + 42),
  ];
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = zip.subarray(start, start + size);
  return method === 0 ? data : inflateRawSync(data);
}

/** What a bundle exports when Lambda's runtime loads it: a CommonJS module in a process of its own. */
export async function exportsOf(folder: string, names: Iterable<string>): Promise<Record<string, string[]>> {
  const script = `const found = {};
    for (const name of ${JSON.stringify([...names])}) found[name] = Object.keys(require("./" + name + ".cjs"));
    console.log(JSON.stringify(found));`;
  const env = {
    AWS_REGION: "eu-central-1",
    AWS_LAMBDA_FUNCTION_NAME: "test",
    POWERTOOLS_TRACE_ENABLED: "false",
  };
  const { stdout } = await run(process.execPath, ["--input-type=commonjs", "-e", script], {
    cwd: folder,
    env,
  });
  return JSON.parse(stdout) as Record<string, string[]>;
}
