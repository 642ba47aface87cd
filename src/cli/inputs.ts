/** What a command line names, read and checked: a plan, a world, an event. Nothing is run while any of it is wrong. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, relative } from "node:path";
import * as z from "zod";
import { type Mistake, nearest } from "../core/input/bad-input.ts";
import { checkText } from "../core/input/checked-file.ts";
import { parsePlan } from "../core/plan/file.ts";
import type { Plan } from "../core/plan/plan.ts";
import { normaliseRequest } from "../core/request/request.ts";
import type { WorldSpec } from "../rehearsal/world/spec.ts";
import { BadWorld, loadWorld } from "../rehearsal/worlds/load.ts";
import { BadInput } from "./mistakes.ts";
import { samplePlanPath } from "./own-files.ts";

/** The version that a rehearsed account has approved and does not serve yet. */
const arrivingVersion = 7;

export const seedRule = { default: 1, min: 0, max: Number.MAX_SAFE_INTEGER, whole: true };

export interface NamedWorld {
  readonly name: string;
  readonly spec: WorldSpec;
}

/** The sample plan where no path is given. Throws BadInput. */
export function readPlan(path: string | undefined): Plan {
  const file = path ?? shortest(samplePlanPath);
  const parsed = parsePlan(readInput(file, "the plan"), file);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  return parsed.plan;
}

/** A shipped world by name, or a file. Throws BadInput. */
export function readWorld(nameOrPath: string): NamedWorld {
  try {
    const spec = loadWorld(nameOrPath);
    return { name: basename(nameOrPath, extname(nameOrPath)), spec };
  } catch (error) {
    if (error instanceof BadWorld) throw new BadInput(error.mistakes);
    throw error;
  }
}

/** A run by hand of the version that has just arrived, where no file is given. Throws BadInput. */
export function readEvent(path: string | undefined, plan: Plan): unknown {
  if (path === undefined) return { model: plan.model, version: arrivingVersion };
  const parsed = checkText(z.unknown(), readInput(path, "the event"), path);
  if (!parsed.ok) throw new BadInput(parsed.mistakes);
  const request = normaliseRequest(parsed.value);
  const inFile = (mistake: Mistake) => ({ ...mistake, file: path });
  if (request.kind === "bad") throw new BadInput(request.mistakes.map(inFile));
  if (request.kind === "release" && request.request.trigger !== "registry")
    checkModel(request.request.model, plan, inFile);
  return parsed.value;
}

/** Whoever names a model by hand means one with a plan; what the registry tells of any other model is ignored. */
function checkModel(model: string, plan: Plan, inFile: (mistake: Mistake) => Mistake): void {
  if (model === plan.model) return;
  const hint = nearest(model, [plan.model]);
  const found = JSON.stringify(model);
  const expected = `${JSON.stringify(plan.model)}, the model of the plan`;
  throw new BadInput([
    inFile({
      where: "model",
      expected,
      found,
      ...(hint === undefined ? {} : { hint: JSON.stringify(hint) }),
    }),
  ]);
}

function readInput(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: "nothing there",
      EISDIR: "a folder",
      EACCES: "a file that may not be read",
    };
    const hint = code === "ENOENT" ? neighbour(path) : undefined;
    const found = reasons[code ?? ""] ?? String(code);
    throw new BadInput([
      {
        where: path,
        expected: `a file with ${what}`,
        found,
        ...(hint === undefined ? {} : { hint }),
      },
    ]);
  }
}

/** A file in the same folder that was probably meant. */
function neighbour(path: string): string | undefined {
  try {
    const name = nearest(basename(path), readdirSync(dirname(path)));
    return name === undefined ? undefined : path.slice(0, path.length - basename(path).length) + name;
  } catch {
    return undefined;
  }
}

/** As a person would write it from here. */
function shortest(path: string): string {
  const from = relative(process.cwd(), path);
  return from.startsWith("..") ? path : from;
}
