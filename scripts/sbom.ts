/**
 * The software bill of materials of the installed command: what npm says of each package whose code is bundled, or that is
 * installed beside it, and of nothing that only builds or tests it. CycloneDX, as `npm sbom` writes it.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { packageFolders } from "./notices.ts";

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
}

interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp?: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/** `inputs` are paths of bundled files, relative to the project. The same tree gives the same bytes. */
export function billOfMaterials(inputs: readonly string[], root: URL): string {
  const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
    name: string;
    dependencies?: Readonly<Record<string, string>>;
  };
  const all = JSON.parse(
    execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx"], {
      cwd: fileURLToPath(root),
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    }),
  ) as Bom;
  const own = all.metadata.component["bom-ref"];
  const bundled = packageFolders(inputs).map((folder) => refOf(new URL(`${folder}/`, root)));
  const installed = Object.keys(manifest.dependencies ?? {}).flatMap((name) =>
    all.components.filter((each) => each.name === name).map((each) => each["bom-ref"]),
  );
  const shipped = new Set([own, ...bundled, ...reached(all, installed)]);
  const dependencies = all.dependencies
    .filter(({ ref }) => shipped.has(ref))
    .map(({ ref, dependsOn }) => ({
      ref,
      dependsOn:
        ref === own
          ? [...shipped].filter((each) => each !== own).toSorted()
          : dependsOn.filter((each) => shipped.has(each)),
    }));
  const components = all.components.filter((each) => shipped.has(each["bom-ref"]));
  const missing = bundled.filter((ref) => !components.some((each) => each["bom-ref"] === ref));
  if (missing.length > 0)
    throw new Error(`expected npm to know what is bundled, found no ${missing.join(", ")}`);
  const { timestamp: _, ...metadata } = all.metadata;
  const bom = {
    ...all,
    metadata: { ...metadata, component: { ...metadata.component, name: manifest.name } },
    components,
    dependencies,
  };
  return `${JSON.stringify({ ...bom, serialNumber: serialOf(components) }, null, 2)}\n`;
}

/** What is installed with packages, and with those in turn. */
function reached({ dependencies }: Bom, from: readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  for (const ref of found)
    for (const next of dependencies.find((each) => each.ref === ref)?.dependsOn ?? []) found.add(next);
  return found;
}

function refOf(folder: URL): string {
  const { name, version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as Component;
  return `${name}@${version}`;
}

/** A UUID of the components' names and versions (RFC 9562, version 8): npm draws one. */
function serialOf(components: readonly Component[]): string {
  const refs = components.map((each) => each["bom-ref"]).toSorted();
  const hex = createHash("sha256").update(refs.join("\n")).digest("hex");
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}
