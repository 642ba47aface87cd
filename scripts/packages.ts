/**
 * `npm run packages [-- NAME…]`: packs each package of packages/, installs its tarball into an empty folder as a stranger
 * would, and does there what its README and the READMEs of its examples say, on Node 20 and on Node 24. What a
 * package depends on comes from npm's cache, and from the registry where that lacks it.
 */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { failuresOf, type Node, nodesOf, run } from "./readme-runs.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Packed {
  readonly name: string;
  readonly folder: string;
  readonly tarball: string;
  readonly filename: string;
}

/** Packs a workspace into a folder: its `prepack` builds it. */
async function pack(folder: string, to: string): Promise<Packed> {
  const words = ["pack", "--json", "--pack-destination", to, "--workspace", folder];
  const { code, output } = await run("npm", words, { cwd: root });
  const list = /^\[\n[\s\S]*^\]/m.exec(output)?.[0];
  if (code !== 0 || list === undefined)
    throw new Error(`npm ${words.join(" ")} exited with ${code}:\n${output}`);
  const [packed] = JSON.parse(list) as { name: string; filename: string; entryCount: number; size: number }[];
  if (packed === undefined) throw new Error(`npm ${words.join(" ")} packed nothing`);
  const { name, filename, entryCount, size } = packed;
  console.log(`${name}: ${filename}, ${entryCount} files, ${Math.round(size / 1024)} KB`);
  return { name, folder, filename, tarball: join(to, filename) };
}

/** READMEs that say to install it: its own, and those of examples. */
function readmesOf({ folder, filename }: Packed): string[] {
  const examples = existsSync(join(root, "examples")) ? readdirSync(join(root, "examples")) : [];
  const all = [join(folder, "README.md"), ...examples.map((name) => join("examples", name, "README.md"))];
  return all.filter((path) => readFileSync(join(root, path), "utf8").includes(filename));
}

/** An empty folder with the tarballs, and what lies beside an example's README. */
function strangersFolder(readme: string, all: readonly Packed[]): string {
  const folder = mkdtempSync(join(tmpdir(), "stranger-"));
  for (const { tarball, filename } of all) cpSync(tarball, join(folder, filename));
  if (readme.startsWith("examples/")) cpSync(join(root, dirname(readme)), folder, { recursive: true });
  return folder;
}

async function follow(readme: string, node: Node, all: readonly Packed[]): Promise<readonly string[]> {
  const folder = strangersFolder(readme, all);
  try {
    const { commands, failures } = await failuresOf(readFileSync(join(root, readme), "utf8"), folder, node);
    console.log(`${readme} on Node ${node.version}: ${commands} commands, ${failures.length} wrong`);
    return failures.map((each) => `${readme} on Node ${node.version}: ${each}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What TypeScript makes of the types of each entry, libraries checked too, in a project that has nothing but the package. */
async function typesOf(
  { name, filename, folder }: Packed,
  all: readonly Packed[],
): Promise<readonly string[]> {
  const { exports } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as {
    exports: Readonly<Record<string, unknown>>;
  };
  const entries = Object.keys(exports).filter((each) => !each.endsWith(".json"));
  const imports = entries.map((each, i) => `export * as e${i} from "${name}${each.slice(1)}";\n`);
  const readme = `\`\`\`sh\nnpm install ./${filename}\n\`\`\`\n\n\`\`\`ts index.mts\n${imports.join("")}\`\`\`\n\n\`\`\`sh\n${compiler}\n\`\`\`\n`;
  const folderOfTypes = strangersFolder("", all);
  const { failures } = await failuresOf(readme, folderOfTypes, {
    path: process.execPath,
    version: process.versions.node,
  });
  rmSync(folderOfTypes, { recursive: true, force: true });
  console.log(`${name}: types of ${entries.join(", ")}, ${failures.length} wrong`);
  return failures.map((each) => `${name}, types: ${each}`);
}

const compiler = [
  join(root, "node_modules/.bin/tsc"),
  "--noEmit --strict --module nodenext --target es2023 --skipLibCheck false",
  `--types node --typeRoots ${join(root, "node_modules/@types")} index.mts`,
].join(" ");

const wanted = process.argv.slice(2);
const folders = readdirSync(join(root, "packages")).filter(
  (name) => wanted.length === 0 || wanted.includes(name),
);
const destination = mkdtempSync(join(tmpdir(), "packed-"));
const packed: Packed[] = [];
for (const folder of folders) packed.push(await pack(`packages/${folder}`, destination));
const nodes = await nodesOf([20, 24]);
const wrong: string[] = [];
for (const one of packed) {
  const readmes = readmesOf(one);
  if (readmes.length === 0)
    wrong.push(`${one.folder}/README.md: expected how to install ${one.filename}, found nothing`);
  for (const readme of readmes) for (const node of nodes) wrong.push(...(await follow(readme, node, packed)));
  wrong.push(...(await typesOf(one, packed)));
}
rmSync(destination, { recursive: true });
for (const each of wrong) console.error(`✖ ${each}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
