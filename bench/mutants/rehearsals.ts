/**
 * What a copy's rehearsals come to, in this process: the shipped worlds, or a sample of an exploration. Printed a line
 * each as `[name, came]`; told what they should come to, it ends at the first that does not.
 *
 *   node bench/mutants/rehearsals.ts worlds|explorations [EXPECTED.json]
 */
import { readFileSync } from "node:fs";
import { parsePlan } from "../../src/core/plan/file.ts";
import { explore } from "../../src/rehearsal/explore/exploration.ts";
import { explorationFacts } from "../../src/rehearsal/explore/facts.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import type { RehearsalRequest } from "../../src/rehearsal/release/request.ts";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { loadWorld, worldNames } from "../../src/rehearsal/worlds/load.ts";

const textOf = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const parsed = parsePlan(textOf("plans/chat-assistant.yml"), "plans/chat-assistant.yml");
if (!parsed.ok) throw new Error("the sample plan cannot be read");
const { plan } = parsed;
const seed = 1;

/** How it ended and what it broke; texts and figures may differ. */
function cameTo({ outcome, executions, findings, undelivered, dropped, refusals }: RunRecord): string {
  const { violations } = findings.invariants as InvariantFindings;
  const broken = Object.entries(violations).flatMap(([name, some]) => (some.length === 0 ? [] : [name]));
  const ends = executions.map((one) => one.outcome);
  const beside = [...undelivered, ...dropped, ...refusals].length;
  return JSON.stringify({ outcome, ends, broken, beside });
}

type Told = readonly [name: string, came: () => Promise<string>];

const event = (name: string): unknown => JSON.parse(textOf(`events/${name}.json`));

const rehearsed = (world: string, started: string): Told => [
  started === "registry-approved" ? world : `${world}, ${started}`,
  async () => {
    const request = { plan, world: loadWorld(world), event: event(started), seed, settleSeconds: 3600 };
    return cameTo(await rehearseHere(request, releaseParts));
  },
];

const worlds = (): Told[] => [
  ...worldNames().map((world) => rehearsed(world, "registry-approved")),
  rehearsed("healthy", "scheduled-milestone"),
];

/** Enough for some faults of each kind; a quarter of them are tried after a stop, a quarter last. */
const sample = 16;

const explored = (world: string): Told => [
  `exploration of ${world}`,
  async () => {
    const request = { plan, world: loadWorld(world), event: event("registry-approved"), seed };
    const rehearse = async <T>(
      requests: readonly RehearsalRequest[],
      reduce: (record: RunRecord, nth: number) => T,
    ) => {
      const results: T[] = [];
      for (const one of requests) results.push(reduce(await rehearseHere(one, releaseParts), results.length));
      return results;
    };
    const exploration = await explore({ request, seed, sample, rehearse });
    const { reference, violations, misses } = explorationFacts({
      exploration,
      endpoint: plan.endpoint.name,
      model: plan.model,
      world,
      seed,
      runsPerSecond: 0,
      interrupted: false,
      replayOf: String,
    });
    const broken = [...new Set(violations.map(({ what }) => what))].sort();
    return JSON.stringify({ outcome: reference.outcome, broken, misses: misses.length });
  },
];

const [kind = "worlds", expected] = process.argv.slice(2);
const should =
  expected === undefined
    ? undefined
    : new Map(JSON.parse(readFileSync(expected, "utf8")) as [string, string][]);
for (const [name, come] of kind === "worlds" ? worlds() : [explored("bad-errors"), explored("healthy")]) {
  const came = await come().catch((error) => `it cannot be rehearsed: ${error}`);
  console.log(JSON.stringify([name, came]));
  if (should !== undefined && should.get(name) !== came) break;
}
process.exit(0);
