/**
 * The whole exploration: in each world every fault alone, those after a stop, those that last, hands, then triples and
 * pairs drawn by a seed. Each part keeps a journal, so that an interrupted one goes on where it ended, and the figures of all
 * go to docs/EXPLORATIONS.md with the commit they are of.
 *
 *   npm run explore:all -- [PART ...]
 *
 * A part is named by its world, or as below; those that were done for this commit before are told of as well.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { EdgeFacts, ExplorationFacts } from "../src/core/facts/exploration-facts.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const [sample, short] = ["plans/chat-assistant.yml", "test/data/plans/short-and-whole.yml"];
const [leaning, other] = ["test/data/plans/leaning.yml", "test/data/plans/leaning-too.yml"];

interface Part {
  readonly plan: string;
  readonly world: string;
  /** Of the world's chances, and of what is drawn. */
  readonly seed: number;
  readonly more: readonly string[];
  /** Of its journal, where the world's name is another's. */
  readonly name?: string;
}

/**
 * The worlds that are explored whole, with the triples of each; pairs are drawn in four, and four hundred runs of all
 * kinds in one whose release steps back for one instance. Two plans of unlike make: the sample, and one whose releases are
 * other instances, end at all traffic, and are over soon. Then two releases at one time that lean on the same things, the
 * first out first and last; the sample's training milestone, by its date, by a job of the team's, and late; one approval that goes through staging into production; and a fleet that grows beside traffic; a
 * stage that asks somebody, who answers; one for which stable makes room; one that is found too small under load; and one whose load
 * doubles as it was foreseen to. Each has a seed of its own:
 * one world's chances are one story.
 */
const parts: readonly Part[] = [
  { plan: short, world: "growing-fleet", seed: 11, more: ["--triples", "100", "--pairs", "250"] },
  { plan: sample, world: "bad-errors", seed: 2, more: ["--triples", "200", "--pairs", "250"] },
  { plan: short, world: "healthy", seed: 3, more: ["--triples", "200", "--pairs", "250"] },
  { plan: sample, world: "late-fault", seed: 5, more: ["--sample", "1", "--pairs", "250"] },
  { plan: sample, world: "lone-host", seed: 4, more: ["--sample", "400"] },
  {
    name: "leaning",
    plan: leaning,
    world: "growing-fleet",
    seed: 6,
    more: ["--beside", other, "--sample", "200"],
  },
  {
    name: "leaning-too",
    plan: other,
    world: "healthy",
    seed: 7,
    more: ["--beside", leaning, "--beside-after", "1", "--sample", "200"],
  },
  {
    name: "pool",
    plan: sample,
    world: "slow-provisioning",
    seed: 8,
    more: ["--event", "events/scheduled-milestone.json", "--sample", "400"],
  },
  {
    plan: sample,
    world: "retraining",
    seed: 13,
    more: ["--event", "events/scheduled-milestone.json", "--sample", "400"],
  },
  {
    name: "late",
    plan: "test/data/plans/late-training.yml",
    world: "healthy",
    seed: 14,
    more: ["--event", "events/scheduled-milestone.json", "--sample", "400"],
  },
  {
    name: "staged",
    plan: "test/data/plans/staged.yml",
    world: "healthy",
    seed: 9,
    more: ["--event", "events/registry-approved.json", "--sample", "400"],
  },
  {
    name: "looking-ahead",
    plan: "test/data/plans/looking-ahead.yml",
    world: "healthy",
    seed: 10,
    more: ["--sample", "400"],
  },
  {
    name: "asking",
    plan: "test/data/plans/asking.yml",
    world: "healthy",
    seed: 15,
    more: ["--answer", "proceed", "--sample", "400"],
  },
  {
    name: "in-place",
    plan: "test/data/plans/in-place.yml",
    world: "test/data/worlds/low-load.yml",
    seed: 16,
    more: ["--sample", "400"],
  },
  {
    name: "load-tested",
    plan: "test/data/plans/briefly-tested.yml",
    world: "undersized",
    seed: 17,
    more: ["--sample", "200"],
  },
  {
    name: "foreseen",
    plan: "plans/site-search.yml",
    world: "rising-morning",
    seed: 18,
    more: ["--sample", "200"],
  },
];

interface Done extends Part {
  readonly seconds: number;
  readonly facts: ExplorationFacts;
}

const git = (...words: string[]) => execFileSync("git", words, { cwd: root, encoding: "utf8" }).trim();
const commit = git("rev-parse", "--short=12", "HEAD");
const changed =
  git("status", "--porcelain", "--", "src", "packages", "functions", "statemachines", "plans") !== "";
const folder = `${root}.explorations/${commit}`;
mkdirSync(folder, { recursive: true });

const nameOf = ({ name, world }: Part): string => name ?? world;
const isDone = (part: Part): boolean => !changed && existsSync(`${folder}/${nameOf(part)}.json`);

/** A part that was done for this commit is not done again; its seconds are those of all its sittings. */
function explored(part: Part): Done {
  const { plan, world, seed, more } = part;
  const name = nameOf(part);
  const [result, spent] = [`${folder}/${name}.json`, `${folder}/${name}.seconds`];
  const before = existsSync(spent) ? Number(readFileSync(spent, "utf8")) : 0;
  if (isDone(part)) return { ...part, seconds: before, facts: JSON.parse(readFileSync(result, "utf8")) };
  const startedMs = performance.now();
  const command = [
    "src/cli/slipway.ts",
    "explore",
    plan,
    "--world",
    world,
    "--seed",
    String(seed),
    "--json",
    ...more,
  ];
  const run = spawnSync("node", [...command, "--resume", `${folder}/${name}.journal`], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 1e9,
  });
  const seconds = before + (performance.now() - startedMs) / 1000;
  writeFileSync(spent, String(seconds));
  const facts = run.stdout === "" ? undefined : (JSON.parse(run.stdout) as ExplorationFacts);
  if (facts === undefined || facts.interrupted) {
    process.stderr.write(`${name} is not done; run this again to go on\n`);
    process.exit(130);
  }
  writeFileSync(result, run.stdout);
  return { ...part, seconds, facts };
}

const row = (...cells: (string | number)[]) => `| ${cells.join(" | ")} |`;
const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);

function page(all: readonly Done[]): string {
  const edges = walkedBy(all);
  const outcomes = ({ outcomes: some }: ExplorationFacts) =>
    Object.entries(some)
      .map(([outcome, runs]) => `${runs} ${outcome}`)
      .join(", ");
  return [
    "# Explorations",
    "",
    "What `npm run explore:all` found last; it writes this page. Each run is a whole release with the sweep after it, held to",
    "every invariant. A violation is a broken promise, a miss a success that one fault which is retried took away.",
    "",
    `Commit ${commit}${changed ? " with changes" : ""}; ${Math.round(sum(all.map(({ seconds }) => seconds)) / 60)} minutes in all.`,
    "",
    row("Plan", "World", "Seed", "Beside all faults", "Runs", "Violations", "Misses", "Minutes", "Outcomes"),
    row("---", "---", "--:", "---", "--:", "--:", "--:", "--:", "---"),
    ...all.map(({ plan, world, seed, more, seconds, facts }) =>
      row(
        ...[
          `\`${plan}\``,
          world,
          seed,
          `\`${more.join(" ")}\``,
          facts.runs,
          facts.violations.length,
          facts.misses.length,
        ],
        ...[(seconds / 60).toFixed(1), outcomes(facts)],
      ),
    ),
    "",
    row("Edges", "Walked", "Of"),
    row("---", "--:", "--:"),
    ...[...Map.groupBy(edges, ({ kind }) => kind)].map(([kind, some]) =>
      row(kind, some.filter(({ runs }) => runs > 0).length, some.length),
    ),
    "",
    "Not walked here; the scenes of `test/rehearsal/explore/scenes.ts` walk these too:",
    "",
    ...edges.filter(({ runs }) => runs === 0).map(({ name }) => `- ${name}`),
    "",
    ...all.flatMap(({ facts }) =>
      facts.violations.map(({ what, detail, replay }) => `- ${what}: ${detail} (\`${replay}\`)`),
    ),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function walkedBy(all: readonly Done[]): EdgeFacts[] {
  const [first] = all;
  return (first?.facts.edges ?? []).map((edge, nth) => ({
    ...edge,
    runs: sum(all.map(({ facts }) => facts.edges[nth]?.runs ?? 0)),
  }));
}

const asked = new Set(process.argv.slice(2));
const unknown = [...asked].filter((each) => !parts.some((part) => nameOf(part) === each));
if (unknown.length > 0)
  throw new Error(`expected some of ${parts.map(nameOf).join(", ")}, found ${unknown.join(", ")}`);

const all = parts.filter((part) => asked.size === 0 || asked.has(nameOf(part)) || isDone(part)).map(explored);
writeFileSync(`${root}docs/EXPLORATIONS.md`, page(all));
process.exitCode = all.some(({ facts }) => facts.violations.length > 0) ? 3 : 0;
