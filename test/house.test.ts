/** The house's rules, held to the tree as it is: who may import whom, who may touch the world, and what files look like. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { type AslState, allStates } from "#twin/engine";
import { circlesIn } from "./circles.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Those that a Map runs among them. */
const taskStates = (): [string, AslState][] =>
  allStates(JSON.parse(readFileSync(resolve(root, "statemachines/release.asl.json"), "utf8"))).filter(
    ([, { Type }]) => Type === "Task",
  );

/** Files of the project's own folders, as paths from the root. */
function filesUnder(...folders: string[]): string[] {
  const there = folders.filter((folder) => existsSync(resolve(root, folder)));
  return there.flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map((entry) => relative(root, resolve(entry.parentPath, entry.name))),
  );
}

/** Packages that stand alone: what is in each one's `src` is code of the house, and a room of its own. */
const packages = readdirSync(resolve(root, "packages"));
const manifestOf = (folder: string) =>
  JSON.parse(readFileSync(resolve(root, folder, "package.json"), "utf8")) as {
    imports?: Record<string, string>;
    dependencies?: Record<string, string>;
  };
/** What the names that begin with # stand for. */
const named = manifestOf(".").imports ?? {};

const code = filesUnder("src", "functions", ...packages.map((name) => `packages/${name}/src`)).filter(
  (path) => path.endsWith(".ts"),
);
const texts = new Map(code.map((path) => [path, readFileSync(resolve(root, path), "utf8")]));
const textOf = (path: string) => texts.get(path) ?? readFileSync(resolve(root, path), "utf8");

/** Text without comments and string contents that look like code; enough for the patterns below. */
const withoutComments = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");

/** What a file imports: paths from the root for files, the specifier as it stands for packages. */
function importsOf(path: string): string[] {
  const specifiers = [...withoutComments(textOf(path)).matchAll(/(?:\bfrom|\bimport\(?)\s*"([^"]+)"/g)].map(
    (m) => m[1] ?? "",
  );
  return specifiers.map((each) => targetOf(path, each));
}

/** The file that a specifier leads to, as a path from the root; a package's name as it stands. */
function targetOf(path: string, specifier: string): string {
  const file = specifier.startsWith(".") ? resolve(root, dirname(path), specifier) : named[specifier];
  return file === undefined ? specifier : relative(root, resolve(root, file));
}

/** Of a file's imports, those of which more than types are taken. */
function valuesTakenBy(path: string): string[] {
  const taken = /\b(?:import|export)(?:\s+(?!type\b)([^;"]*?)\bfrom\s*|\s*\(?\s*)"([^"]+)"/g;
  const onlyTypes = (names: string) => /^\{(\s*type\s[^,}]*,?)+\s*\}\s*$/.test(names);
  return [...withoutComments(textOf(path)).matchAll(taken)]
    .filter(([, names = ""]) => !onlyTypes(names))
    .map(([, , specifier = ""]) => targetOf(path, specifier));
}

/** The room of a file: `core`, `aws`, `rehearsal`, `report`, `cli`, `functions`, or `packages/…`; undefined for what is no room. */
const roomOf = (path: string) =>
  /^(?:src\/(\w+)|(functions|packages\/\w+))\//
    .exec(path)
    ?.slice(1)
    .find((room) => room !== undefined);

const mayImport: Readonly<Record<string, readonly string[]>> = {
  "packages/verdict": ["packages/verdict"],
  core: ["core", "packages/verdict"],
  aws: ["aws", "core", "packages/verdict"],
  functions: ["functions", "core", "aws", "packages/verdict"],
  "packages/twin": ["packages/twin"],
  rehearsal: ["rehearsal", "functions", "core", "packages/twin"],
  report: ["report", "core"],
  cli: ["cli", "core", "aws", "rehearsal", "report", "packages/verdict", "packages/twin"],
};

/** `path: what` for each line of code, outside comments, that a pattern matches. */
function findings(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) => {
    const found = withoutComments(textOf(path)).match(pattern);
    return found === null ? [] : [`${path}: ${found[0]}`];
  });
}

const inRoom = (...rooms: string[]) => code.filter((path) => rooms.includes(roomOf(path) ?? ""));
const outsideRoom = (...rooms: string[]) => code.filter((path) => !rooms.includes(roomOf(path) ?? ""));

test("every file of the house is in a room", () => {
  expect(code.filter((path) => mayImport[roomOf(path) ?? ""] === undefined)).toEqual([]);
});

test("rooms import only the rooms that their arrows lead to", () => {
  const crossing = code.flatMap((path) =>
    importsOf(path)
      .filter((target) => roomOf(target) !== undefined)
      .filter((target) => !mayImport[roomOf(path) ?? ""]?.includes(roomOf(target) ?? ""))
      .map((target) => `${path} → ${target}`),
  );

  expect(crossing).toEqual([]);
});

test("a package imports itself, Node, and what its manifest lists", () => {
  const strange = packages.flatMap((name) => {
    const allowed = Object.keys(manifestOf(`packages/${name}`).dependencies ?? {});
    const isOwn = (each: string) => each.startsWith(`packages/${name}/`) || each.startsWith("node:");
    return inRoom(`packages/${name}`).flatMap((path) =>
      importsOf(path)
        .filter((each) => !isOwn(each) && !allowed.some((own) => each === own || each.startsWith(`${own}/`)))
        .map((each) => `${path} → ${each}`),
    );
  });

  expect(packages).toContain("verdict");
  expect(strange).toEqual([]);
});

test("whoever takes from a package takes what it offers: its index", () => {
  const inside = [...code, ...filesUnder("test", "bench", "scripts")].flatMap((path) =>
    (path.endsWith(".ts") ? importsOf(path) : [])
      .filter(
        (target) => /^packages\/\w+\/src\//.test(target) && !Object.values(named).includes(`./${target}`),
      )
      .filter((target) => roomOf(target) !== roomOf(path))
      .map((target) => `${path} → ${target}`),
  );

  expect(inside).toEqual([]);
});

test("a package has the house's licence with it", () => {
  const own = readFileSync(resolve(root, "LICENSE"), "utf8");

  for (const name of packages)
    expect(readFileSync(resolve(root, "packages", name, "LICENSE"), "utf8")).toBe(own);
});

/** Rooms of core and its few files outside them, with the verdict where it is taken from, along the data's way: each may import those before it. */
const coreOrder = [
  ...["errors.ts", "units.ts", "wait.ts", "deployment.ts"],
  ...[
    "input",
    "verdict",
    "kpis/kinds",
    "gates",
    "plan",
    "request",
    "learning",
    "forecast",
    "capacity",
    "cost",
    "feasibility",
    "outlook",
    "load",
    "calendar",
    "kpis",
    "release",
    "purchase",
    "evidence",
    "audit",
    "proposing",
    "facts",
  ],
  "outlook.ts",
];
const coreRoomOf = (path: string): string => {
  if (path.startsWith("packages/verdict/")) return "verdict";
  const [, , room = "", within] = path.split("/");
  return coreOrder.includes(`${room}/${within}`) ? `${room}/${within}` : room;
};
const placeOf = (path: string) => coreOrder.indexOf(coreRoomOf(path));

test("within core, data flow one way", () => {
  const core = inRoom("core");
  const upstream = core.flatMap((path) =>
    importsOf(path)
      .filter((target) => placeOf(target) > placeOf(path))
      .map((target) => `${path} → ${target}`),
  );

  expect(core.length).toBeGreaterThan(40);
  expect(upstream).toEqual([]);
  expect(new Set(["verdict", ...core.map(coreRoomOf)])).toEqual(new Set(coreOrder));
});

test("the invariants' checkers take types from core, and no arithmetic", () => {
  const checkers = code.filter((path) => path.startsWith("src/rehearsal/invariants/"));
  const values = checkers.flatMap((path) =>
    valuesTakenBy(path)
      .filter((target) => roomOf(target) === "core")
      .map((target) => `${path} → ${target}`),
  );

  expect(checkers.length).toBeGreaterThan(30);
  expect(values).toEqual([]);
});

test("no file imports itself by way of others, be it for types alone", () => {
  const files = new Set(code);
  const graph = new Map(code.map((path) => [path, importsOf(path).filter((target) => files.has(target))]));

  expect([...graph.values()].flat().length).toBeGreaterThan(1000);
  expect(circlesIn(graph)).toEqual([]);
});

test("no folder of the rehearsal takes values from another that takes values from it", () => {
  const folderOf = (path: string) =>
    /^(?:src\/rehearsal|packages\/twin\/src)\/([\w-]+)\//.exec(path)?.[1] ?? "";
  const folders = Map.groupBy(inRoom("rehearsal", "packages/twin"), folderOf);
  folders.delete("");
  const taken = [...folders].map(([folder, paths]): [string, string[]] => [
    folder,
    paths
      .flatMap(valuesTakenBy)
      .map(folderOf)
      .filter((other) => other !== folder && folders.has(other)),
  ]);

  expect(circlesIn(new Map(taken))).toEqual([]);
});

test("the twin knows neither a plan nor a step of Slipway's", () => {
  const steps = taskStates().map(([name]) => name);
  const word = new RegExp(`\\b(${steps.join("|")}|[Pp]lans?|slipway|Slipway)\\b`);
  const files = filesUnder("packages/twin/src", "examples/three-states").filter((path) =>
    /\.(ts|js|json)$/.test(path),
  );
  const named = files.flatMap((path) => {
    // A training plan is SageMaker's.
    const text = readFileSync(resolve(root, path), "utf8").replaceAll(
      /slipway-twin|[Tt]raining[- ]plans?/g,
      "",
    );
    const found = word.exec(text);
    return found === null ? [] : [`${path}: ${found[0]}`];
  });

  expect(steps.length).toBeGreaterThan(10);
  expect(files.length).toBeGreaterThan(150);
  expect(named).toEqual([]);
});

test("only src/aws imports the AWS SDK", () => {
  const importing = outsideRoom("aws").filter((path) =>
    importsOf(path).some((each) => /^@(aws-sdk|smithy)\//.test(each)),
  );

  expect(importing).toEqual([]);
});

/** SageMaker's words for what serves, and for what is published of it. */
const servingWords =
  /[Ss]age[Mm]aker|(?:[Ee]ndpoint|[Jj]oin|[Ff]inal)-?[Cc]onfig|ProductionVariant|VariantName|EndpointName|(?:Update|Invoke|Describe)Endpoint|[Mm]odelName|InitialVariant|(?:stable|endpoint)\.config\b/;
/** Where its endpoints are known: the platform's own, and the kinds of resource. */
const ofSageMaker = /^src\/aws\/(?:serving|resources)\//;
/** Whoever has a word of SageMaker's all the same, and why. */
const knowsSageMaker: Readonly<Record<string, string>> = {
  "src/core/kpis/kinds/fields.ts": "tells people which dimensions a metric of their own is given",
  "src/aws/sagemaker-training.ts": "training pools",
  "src/aws/clusters.ts": "HyperPod clusters",
  "src/aws/training-plans.ts": "training plans, which training jobs run on, too",
  "src/aws/model-registry.ts": "the registry of models, whose versions are released wherever they serve",
  "src/aws/application-auto-scaling.ts": "the dimension of Application Auto Scaling that variants have",
  "src/aws/scaling-activities.ts": "auto scaling's name for what endpoints are scaled by",
  "src/aws/clients.ts": "builds the clients",
  "src/aws/price-list.ts": "the price list's name for what is paid by the instance-hour",
  "src/aws/service-quotas.ts": "the quotas' service, of endpoints and of training jobs",
};

test("steps know no serving platform: what they do to an endpoint, they do by the port", () => {
  const steps = inRoom("functions", "aws", "core").filter((path) => !/^src\/core\/(?!kpis\/)/.test(path));
  /** A training pool is SageMaker's, and serves nothing: whoever imports its file names no serving platform. */
  const told = (path: string) =>
    (path.startsWith("functions/") ? textOf(path) : withoutComments(textOf(path))).replaceAll(
      "sagemaker-training.ts",
      "",
    );
  const naming = steps.filter((path) => !ofSageMaker.test(path) && servingWords.test(told(path)));

  expect(naming.sort()).toEqual(Object.keys(knowsSageMaker).sort());
});

test("only src/aws reads the environment; the command hands its terminal's variables on", () => {
  const others = outsideRoom("aws").filter((path) => path !== "src/cli/slipway.ts");

  expect(findings(others, /\bprocess\.env\b/)).toEqual([]);
});

/** A package's command is all of it that reads files and prints. */
const isCommand = (path: string) => /^packages\/\w+\/src\/bin\.ts$/.test(path);

test("only src/cli and the commands of packages print", () => {
  const others = outsideRoom("cli").filter((path) => !isCommand(path));

  expect(findings(others, /\bconsole\.\w+\(|\bprocess\.std(out|err)\b/)).toEqual([]);
});

test("core and the verdict have no clock, no chance, no environment, and do no I/O", () => {
  const core = inRoom("core", "packages/verdict").filter((path) => !isCommand(path));

  expect(
    findings(core, /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b|\bMath\.random\b|\brandomUUID\b/),
  ).toEqual([]);
  expect(findings(core, /\bprocess\.\w+|\bfetch\(|\bset(Timeout|Interval)\(/)).toEqual([]);
  expect(core.filter((path) => importsOf(path).some((each) => each.startsWith("node:")))).toEqual([]);
});

test("files stay short enough to be read at once", () => {
  const long = code.filter((path) => textOf(path).split("\n").length - 1 > 250);

  expect(long).toEqual([]);
});

test("every file opens by saying what it is", () => {
  const opening = (path: string) => textOf(path).replace(/^#!.*\n/, "");

  expect(code.filter((path) => !opening(path).startsWith("/**"))).toEqual([]);
});

test("files are named by nouns and verbs in kebab-case, none of them a drawer for odds and ends", () => {
  const beside = filesUnder(
    "test",
    "scripts",
    "bench",
    ...packages.flatMap((name) => [`packages/${name}/test`, `packages/${name}/bench`]),
  );
  const named = [...new Set([...code, ...beside.filter((path) => path.endsWith(".ts"))])];
  const base = (path: string) => path.split("/").at(-1) ?? "";

  expect(
    named.filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*((\.long)?\.test|\.config)?\.ts$/.test(base(path))),
  ).toEqual([]);
  expect(named.filter((path) => /\b(utils?|helpers?|misc|common|manager)\b/.test(path))).toEqual([]);
});

test("a type has one meaning: no two rooms export one of the same name", () => {
  const named = inRoom("core", "aws", "rehearsal", "report", "cli", "functions").flatMap((path) =>
    [...textOf(path).matchAll(/^export (?:interface|type|class) (\w+)/gm)].map(([, name = ""]) => ({
      name,
      path,
    })),
  );
  const twice = [...Map.groupBy(named, ({ name }) => name)].filter(([, places]) => places.length > 1);

  expect(named.length).toBeGreaterThan(300);
  expect(twice.map(([name, places]) => `${name}: ${places.map(({ path }) => path).join(", ")}`)).toEqual([]);
});

test("a literal is written out, not spread into another", () => {
  expect(findings(code, /\.\.\.\{/)).toEqual([]);
});

test("nobody silences a checker", () => {
  expect(code.filter((path) => /@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(textOf(path)))).toEqual(
    [],
  );
});

test("each Task state has one file of its name, one function in serverless.yml, and the flow refers to it", () => {
  const { functions } = parse(readFileSync(resolve(root, "serverless.yml"), "utf8"), {
    logLevel: "error",
  }) as {
    functions: Record<string, { handler: string }>;
  };
  const camel = (state: string) => `${state.charAt(0).toLowerCase()}${state.slice(1)}`;
  const kebab = (state: string) => camel(state).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const states = Object.fromEntries(taskStates());
  const tasks = Object.keys(states);
  /** Functions that a rule or a rate invokes by itself: no state of the flow. */
  const beside = Object.keys(functions).filter((name) => !tasks.map(camel).includes(name));

  expect(tasks.map((task) => states[task]?.Resource)).toEqual(
    tasks.map((task) => ({ "Fn::GetAtt": [camel(task), "Arn"] })),
  );
  expect(tasks.map((task) => functions[camel(task)]?.handler)).toEqual(
    tasks.map((task) => `functions/${kebab(task)}.handler`),
  );
  expect(beside).toEqual([
    "reapLeases",
    "fetchPrices",
    "watchLoad",
    "watchQuality",
    "takeOrder",
    "takeWebhook",
    "tellPeople",
    "rehearseSpike",
    "tellDigest",
  ]);
  const files = code.filter((path) => path.startsWith("functions/") && path !== "functions/index.ts");
  const expected = [...tasks.map(kebab), ...beside.map((name) => kebab(name))].map(
    (name) => `functions/${name}.ts`,
  );
  expect(files.sort()).toEqual(expected.sort());
  for (const task of tasks)
    expect(textOf(`functions/${kebab(task)}.ts`)).toMatch(new RegExp(`export const ${camel(task)}\\b`));
});
