/** What the licences of bundled packages ask for: their names, versions and texts, out of what esbuild says it bundled. */
import { readdirSync, readFileSync } from "node:fs";

interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** `inputs` are paths of bundled files, relative to the project. A section for each text, with the packages under it. */
export function notices(inputs: readonly string[], root: URL): string {
  const packages = packageFolders(inputs).map((folder) => bundled(new URL(`${folder}/`, root)));
  const sections = [...Map.groupBy(packages, ({ text }) => text)].map(([text, own]) => {
    const names = own.map(({ name, version, licence }) => `- ${name} ${version} (${licence})`);
    return `${[...new Set(names)].join("\n")}\n\n${text}`;
  });
  const head =
    "# Third-party notices\n\nThe files of this folder contain code of these packages, each under the text that follows it.";
  return `${[head, ...sections].join("\n\n---\n\n")}\n`;
}

/** The folders of the packages that bundled files are of. */
export const packageFolders = (inputs: readonly string[]): string[] =>
  [...new Set(inputs.flatMap((path) => folderOf(path) ?? []))].toSorted();

/** `node_modules/@aws-sdk/core` of a file within it, nested installations included; undefined for files of ours. */
function folderOf(path: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

function bundled(folder: URL): Bundled {
  const manifest = JSON.parse(readFileSync(new URL("package.json", folder), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
  const licence = manifest.license ?? "see below";
  return {
    name: manifest.name,
    version: manifest.version,
    licence,
    text:
      file === undefined
        ? `Its package has no licence file; its manifest says ${licence}.`
        : readFileSync(new URL(file, folder), "utf8").trim(),
  };
}
