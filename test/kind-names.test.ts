/**
 * A kind of resource is known by files of its name and by the registries: whoever adds one touches nothing else, and
 * whoever reads a step meets no list of kinds. What stands elsewhere says why.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { type ResourceKind, resourceKinds } from "../src/core/release/resource-kinds.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const code = ["src", "functions", "packages/twin/src"].flatMap((folder) =>
  readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, resolve(entry.parentPath, entry.name))),
);
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
const texts = new Map(code.map((path) => [path, withoutComments(readFileSync(resolve(root, path), "utf8"))]));

/** The most files that a kind may have of its own. */
const most = 7;

/** A line for each kind, or an import of it. */
const registries: ReadonlySet<string> = new Set([
  "src/core/release/resource-kinds.ts",
  "src/aws/resources/registry.ts",
  "src/rehearsal/invariants/kinds/registry.ts",
  // What a plan may list alongside, as plans, worlds and checkers know it.
  "src/core/plan/alongside/kinds.ts",
  "packages/twin/src/world/scalables/registry.ts",
  "src/rehearsal/invariants/kinds/leases.ts",
]);

/** What every release changes of an endpoint or of a pool: those have constructors in one file, for steps to name them by. */
const everyRelease: ReadonlySet<string> = new Set([
  ...["scaling", "model", "endpoint-config", "routing", "weights", "count", "training-job", "schedule"],
  ...["instance-group", "group-hold"],
]);
const constructors = "src/core/release/resources.ts";

/** What is no kind of resource, though it is written so. */
const exceptions: readonly { readonly path: string; readonly kind: ResourceKind; readonly is: string }[] = [
  { path: "packages/twin/src/permissions/sagemaker.ts", kind: "endpoint-config", is: "a part of an ARN" },
  { path: "packages/twin/src/permissions/sagemaker.ts", kind: "training-job", is: "a part of an ARN" },
  { path: "packages/twin/src/world/endpoint-changes.ts", kind: "weights", is: "what an update changes" },
  { path: "src/core/plan/team.ts", kind: "model", is: "a side of a team" },
  { path: "src/core/release/reviewing.ts", kind: "model", is: "a side of a team" },
  { path: "src/rehearsal/invariants/reviewed-first.ts", kind: "model", is: "a side of a team" },
  { path: "src/core/release/version-gate.ts", kind: "model", is: "a key of a plan" },
  { path: "packages/twin/src/world/seed.ts", kind: "training-job", is: "a tag of what trained a model" },
  {
    path: "packages/twin/src/services/sagemaker-models.ts",
    kind: "model",
    is: "what an event of the world is about",
  },
];
const isException = (path: string, kind: string) =>
  exceptions.some((one) => one.path === path && one.kind === kind);

/** Words that have other meanings, too: where a kind is given, asked for, or one of a list. */
const asKind = (kind: string) =>
  new RegExp(
    `\\bkind\\)?\\s*(?:===|!==)\\s*"${kind}"|\\bkind:\\s*"${kind}"|(?<![\\w\\]>])\\[\\s*(?:"[\\w-]+",\\s*)*"${kind}"\\s*[,\\]]`,
  );
/** `ecs-service`, `ecsService`, `EcsService`; not where it is the end of a name of AWS's. */
function anywhere(kind: string): RegExp {
  const [first = "", ...others] = kind
    .split("-")
    .map((word) => `[${word.charAt(0)}${word.charAt(0).toUpperCase()}]${word.slice(1)}`);
  return new RegExp(`(?<![A-Za-z_])${[first, ...others].join("-?")}`);
}

function patternOf(kind: string): RegExp {
  if (!everyRelease.has(kind)) return anywhere(kind);
  return kind.includes("-") ? new RegExp(`"${kind}"`) : asKind(kind);
}

const isOwn = (path: string, kind: string) =>
  basename(path) === `${kind}.ts` || (path === constructors && everyRelease.has(kind));

/** Words of the verdict's, of metrics and of inputs; and kinds as older documents have them. */
const isElsewhere = (path: string) => /^src\/core\/(verdict|kpis|request|release\/document)\//.test(path);
const filesWith = (kind: string) =>
  code.filter((path) => !isElsewhere(path) && patternOf(kind).test(texts.get(path) ?? ""));

describe.each(resourceKinds)("%s", (kind) => {
  it("is known by its own files and by the registries", () => {
    const found = filesWith(kind);

    expect(found.length).toBeGreaterThan(1);
    expect(
      found.filter((path) => !isOwn(path, kind) && !registries.has(path) && !isException(path, kind)),
    ).toEqual([]);
  });

  it(`has ${most} files of its own or fewer`, () => {
    const own = code.filter((path) => isOwn(path, kind));

    expect(own.length).toBeGreaterThan(1);
    expect(own.length).toBeLessThanOrEqual(most);
  });
});

it("excepts nothing that is not there", () => {
  expect(exceptions.filter(({ path, kind }) => !filesWith(kind).includes(path))).toEqual([]);
  expect([...registries].filter((path) => !code.includes(path))).toEqual([]);
});
