/** What a command line names, read and checked: a plan, a world, an event. Nothing is run while any of it is wrong. */
import { basename, extname, relative } from "node:path";
import type { WorldSpec } from "#twin/world";
import { foundText, type Mistake, printable } from "../core/input/bad-input.ts";
import { withLines } from "../core/input/checked-file.ts";
import { checkJson } from "../core/input/json-text.ts";
import { parsePlan } from "../core/plan/file.ts";
import { AwsName, type Plan } from "../core/plan/plan.ts";
import { isLocalTime } from "../core/plan/when.ts";
import { mistakesInRegistryEvent } from "../core/request/registry.ts";
import { normaliseRequest } from "../core/request/request.ts";
import { mistakesBeside, mistakesForTwin } from "../rehearsal/registered.ts";
import type { RehearsalRequest } from "../rehearsal/release/request.ts";
import { BadWorld, loadWorld, parseWorld, withTraffic, worldNames } from "../rehearsal/worlds/load.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { isThere, readInput } from "./files.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import { samplePlanPath } from "./own-files.ts";

export const seedRule = { default: 1, min: 0, max: Number.MAX_SAFE_INTEGER, whole: true };

/** The model that a command is about; `whose` says what of it, after "the model". Throws BadUsage. */
export function modelOf({ positionals: [model] }: CommandLine, whose: string): string {
  if (model !== undefined && AwsName.safeParse(model).success) return model;
  throw new BadUsage([`MODEL: expected the model ${whose}, found ${foundText(model)}`]);
}

/** A model's name, or a plan's file where the word names one. Throws BadUsage and BadInput. */
export function modelOrPlan(
  line: CommandLine,
  whose: string,
): { readonly model: string } | { readonly plan: Plan } {
  const [word] = line.positionals;
  return word !== undefined && isPath(word) ? { plan: readPlan(word) } : { model: modelOf(line, whose) };
}

export const noPlan = (stack: string, model: string) =>
  new BadInput([`MODEL: expected one with a plan in ${stack}, found ${JSON.stringify(model)}`]);

/** How often a release waits in one execution, where a deployment of another figure is rehearsed. */
export function turnsOf(line: CommandLine): { turnsPerExecution?: number } {
  if (line.values.turns === undefined) return {};
  return { turnsPerExecution: numberOf(line, "turns", { default: 0, min: 2, max: 100_000, whole: true }) };
}

/** What is answered where a stage asks, where that is said. Throws BadUsage. */
export function answerOf({ values }: CommandLine): { answer?: "proceed" | "roll-back" } {
  const { answer } = values;
  if (answer === undefined) return {};
  if (answer === "proceed" || answer === "roll-back") return { answer };
  throw new BadUsage([`--answer: expected proceed or roll-back, found ${foundText(answer)}`]);
}

const besideRule = { default: 5, min: 0, max: 10_000, whole: false };

/** Another plan's release beside the one that is rehearsed, where there is one. Throws BadUsage and BadInput. */
export function besideOf(line: CommandLine, plan: Plan, world: WorldSpec): Pick<RehearsalRequest, "beside"> {
  const { beside: path } = line.values;
  if (path === undefined) {
    if (line.values["beside-after"] === undefined) return {};
    throw new BadUsage(["--beside-after: expected --beside with it, found it alone"]);
  }
  const other = readPlan(path);
  const clashes = mistakesBeside(plan, other).map((mistake) => ({ ...mistake, file: path }));
  if (clashes.length > 0) throw new BadInput(clashes);
  const afterSeconds = 60 * numberOf(line, "beside-after", besideRule);
  return {
    beside: [{ plan: other, event: readEvent(undefined, other, world), afterSeconds, name: "beside" }],
  };
}

/** When a rehearsal begins, where that is said. Throws BadUsage. */
export function startOf({ values }: CommandLine): { startMs?: number } {
  const { start } = values;
  if (start === undefined) return {};
  const [, local = ""] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:Z|[+-]\d\d:\d\d)$/.exec(start) ?? [];
  const startMs = Date.parse(start);
  if (isLocalTime(local) && startMs >= earliestMs && startMs < latestMs) return { startMs };
  throw new BadUsage([
    `--start: expected a time with its offset such as 2026-12-24T08:00:00Z, found ${foundText(start)}`,
  ]);
}

/** Before and after these nothing of AWS's calendar is known to hold. */
const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);

export interface NamedWorld {
  readonly name: string;
  readonly spec: WorldSpec;
}

/** The sample plan where no path is given. Throws BadInput. */
export const readPlan = (path: string | undefined): Plan => readPlanFile(path).plan;

/** The same with its file and its text, for what is found in it later. */
export function readPlanFile(path: string | undefined): PlanFile {
  const file = path ?? shortest(samplePlanPath);
  const text = readInput(file, "the plan");
  const parsed = parsePlan(text, file);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  return { plan: parsed.plan, file, text };
}

export interface PlanFile {
  readonly plan: Plan;
  readonly file: string;
  readonly text: string;
}

/** A shipped world by name, or a file, with traffic from another file where one is given. Throws BadInput. */
export function readWorld(nameOrPath: string, trafficPath?: string): NamedWorld {
  const world = worldBy(nameOrPath);
  return trafficPath === undefined ? world : trafficFrom(trafficPath)(world);
}

/** The same for several; the traffic is read once. */
export function readWorlds(names: readonly string[], trafficPath?: string): NamedWorld[] {
  const worlds = names.map(worldBy);
  return trafficPath === undefined ? worlds : worlds.map(trafficFrom(trafficPath));
}

function trafficFrom(path: string): (world: NamedWorld) => NamedWorld {
  const text = readTraffic(path);
  const from = path === "-" ? "standard input" : printable(basename(path));
  return ({ name, spec }) => {
    const own = told(() => withTraffic(spec, path, text));
    return { name, spec: { ...own, description: `${spec.description} The traffic is that of ${from}.` } };
  };
}

const readTraffic = (path: string) => readInput(path, "the traffic");

function worldBy(nameOrPath: string): NamedWorld {
  const shipped = worldNames().includes(nameOrPath);
  return told(() => {
    if (shipped || !isPath(nameOrPath)) return { name: nameOrPath, spec: loadWorld(nameOrPath) };
    const spec = parseWorld(nameOrPath, readInput(nameOrPath, "the world"), readTraffic);
    return { name: printable(basename(nameOrPath, extname(nameOrPath))), spec };
  });
}

/** What is wrong with a world is bad input. */
function told<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    if (error instanceof BadWorld) throw new BadInput(error.mistakes);
    throw error;
  }
}

/** Whether a word names a file: it is there, or it is written as one. */
const isPath = (word: string): boolean => /^-$|[/\\]|\.ya?ml$/.test(word) || isThere(word);

/** A run by hand of the version that follows the one that serves, where no file is given. Throws BadInput. */
export function readEvent(path: string | undefined, plan: Plan, { registry }: WorldSpec): unknown {
  if (path === undefined) return { model: plan.model, version: registry.serving + 1 };
  const text = readInput(path, "the event");
  const parsed = checkJson(text, path);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  const mistakes = mistakesIn(parsed.value, plan);
  if (mistakes.length > 0)
    throw new BadInput(withLines(mistakes, text).map((each) => ({ ...each, file: path })));
  return parsed.value;
}

/** The registry's events that start nothing are no mistakes; events of other sources and forms are. */
function mistakesIn(event: unknown, plan: Plan): readonly Mistake[] {
  const asked = normaliseRequest(event);
  switch (asked.kind) {
    case "bad":
      return asked.mistakes;
    case "ignored":
      return mistakesInRegistryEvent(event);
    case "release": {
      const { trigger, registry } = asked.request;
      const isEvent = trigger === "registry" && registry === undefined;
      const slips = isEvent ? mistakesInRegistryEvent(event) : [];
      return slips.length > 0 ? slips : mistakesForTwin(asked.request, plan);
    }
    default:
      return [];
  }
}

/** As a person would write it from here; as it is where "here" has been deleted. */
function shortest(path: string): string {
  try {
    const from = relative(process.cwd(), path);
    return from.startsWith("..") ? path : from;
  } catch {
    return path;
  }
}
