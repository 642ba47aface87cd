/** Loads a world by its name or from a file, and says what is wrong with it, one message per mistake. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import type * as z from "zod";
import { traceNames, WorldSpec } from "#twin/world";
import { formatMistake, foundText, type Mistake, nearest } from "../../core/input/bad-input.ts";
import { tell } from "../../core/input/bad-input-schema.ts";
import { checkText } from "../../core/input/checked-file.ts";
import { recordingIn } from "./recordings.ts";

const directory = new URL("./", import.meta.url);

/** Thrown when a world cannot be used: one message per mistake, each with path, expectation and finding. */
export class BadWorld extends Error {
  override readonly name = "BadWorld";
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly Mistake[]) {
    const messages = mistakes.map(formatMistake);
    super(messages.join("\n"));
    this.mistakes = messages;
  }
}

/** The worlds that ship with Slipway, by name. */
export function worldNames(): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".yml"))
    .map((file) => file.slice(0, -4))
    .sort();
}

/** A shipped world's name, or the path of a YAML file. Throws BadWorld. */
export function loadWorld(nameOrPath: string): WorldSpec {
  if (worldNames().includes(nameOrPath))
    return parseWorld(nameOrPath, readFileSync(new URL(`${nameOrPath}.yml`, directory), "utf8"));
  return parseWorld(nameOrPath, readWorldFile(nameOrPath));
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const found = `what cannot be read (${(error as NodeJS.ErrnoException).code})`;
    throw new BadWorld([{ where: path, expected: "a file with the traffic", found }]);
  }
}

function readWorldFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const names = worldNames();
    const hint = nearest(path, names);
    const found = code === "ENOENT" ? "neither" : `a path that cannot be read (${code})`;
    const expected = `the path of a YAML file or one of ${names.join(", ")}`;
    throw new BadWorld([
      {
        where: `the world ${JSON.stringify(path)}`,
        expected,
        found,
        ...(hint === undefined ? {} : { hint }),
      },
    ]);
  }
}

/** Two ways to say one thing, of which a world takes one: where, and the two. */
const rivals: readonly (readonly [path: readonly string[], one: string, other: string])[] = [
  [[], "quotaInstances", "quotaPercent"],
  [["service"], "latencyMs", "latencyPercent"],
  [["traffic"], "file", "recording"],
];

/** What the schema alone cannot know, told beside what it finds: anything may still be wrong with what is looked at. */
const Usable = WorldSpec.superRefine(checkBesides, { when: ({ value }) => typeof value === "object" });

function checkBesides(world: unknown, ctx: z.RefinementCtx): void {
  const at = (...path: string[]) => path.reduce<unknown>((value, key) => mapOf(value)[key], world);
  for (const [path, one, other] of rivals)
    if (at(...path, one) !== undefined && at(...path, other) !== undefined)
      tell(ctx, [...path, other], { expected: `${one} or ${other}, not both`, found: "both" });
  checkTrace(at("traffic", "trace"), ctx);
  const [p50, p95] = [at("provisioning", "secondsP50"), at("provisioning", "secondsP95")];
  if (typeof p50 === "number" && typeof p95 === "number" && p95 < p50)
    tell(ctx, ["provisioning", "secondsP95"], {
      expected: `at least secondsP50 (${p50})`,
      found: String(p95),
    });
  const others = at("others");
  const names = Array.isArray(others) ? others.map((each) => mapOf(each).name) : [];
  for (const [i, name] of names.entries())
    if (typeof name === "string" && names.indexOf(name) < i)
      tell(ctx, ["others", i, "name"], { expected: "a name of its own", found: foundText(name) });
}

function checkTrace(trace: unknown, ctx: z.RefinementCtx): void {
  const traces = traceNames();
  if (typeof trace !== "string" || traces.includes(trace)) return;
  const hint = nearest(trace, traces);
  tell(ctx, ["traffic", "trace"], {
    expected: `one of ${traces.join(", ")}`,
    found: foundText(trace),
    ...(hint === undefined ? {} : { hint }),
  });
}

const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/**
 * Checks a world's YAML text. Throws BadWorld; `source` names it in the messages, and is where the path of its traffic
 * counts from. `readText` reads that file.
 */
export function parseWorld(source: string, text: string, readText = readFile): WorldSpec {
  const checked = checkText(Usable, text, source);
  if (!checked.ok) throw new BadWorld(checked.mistakes);
  const { file } = checked.value.traffic;
  if (file === undefined) return checked.value;
  const path = isAbsolute(file) || source === "-" ? file : join(dirname(source), file);
  return withTraffic(checked.value, path, readText(path));
}

/** A world with traffic of somebody's own in the place of what it has. Throws BadWorld. */
export function withTraffic(spec: WorldSpec, file: string, text: string): WorldSpec {
  const read = recordingIn(text, file);
  if (!read.ok) throw new BadWorld(read.mistakes);
  return { ...spec, traffic: { ...spec.traffic, file, recording: read.recording } };
}
