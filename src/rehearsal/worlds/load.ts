/** Loads a world by its name or from a file, and says what is wrong with it, one message per mistake. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { formatMistake, foundText, type Mistake, nearest } from "../../core/input/bad-input.ts";
import { tell } from "../../core/input/bad-input-schema.ts";
import { checkText } from "../../core/input/checked-file.ts";
import { WorldSpec } from "../world/spec.ts";
import { traceNames } from "../world/traffic.ts";
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

/** What the schema alone cannot know: which traces there are, and what figures and names must be to each other. */
const Usable = WorldSpec.superRefine(
  (world, ctx) => {
    for (const [path, one, other] of rivals) {
      const map: unknown = path.reduce<unknown>((value, key) => mapOf(value)[key], world);
      if (mapOf(map)[one] !== undefined && mapOf(map)[other] !== undefined)
        tell(ctx, [...path, other], { expected: `${one} or ${other}, not both`, found: "both" });
    }
  },
  { when: ({ value }) => typeof value === "object" },
).superRefine(({ traffic, provisioning, others }, ctx) => {
  const traces = traceNames();
  const hint = nearest(traffic.trace, traces);
  if (!traces.includes(traffic.trace))
    tell(ctx, ["traffic", "trace"], {
      expected: `one of ${traces.join(", ")}`,
      found: foundText(traffic.trace),
      ...(hint === undefined ? {} : { hint }),
    });
  for (const [i, { name }] of others.entries())
    if (others.findIndex((one) => one.name === name) < i)
      tell(ctx, ["others", i, "name"], { expected: "a name of its own", found: foundText(name) });
  const { secondsP50, secondsP95 } = provisioning;
  if (secondsP95 < secondsP50)
    tell(ctx, ["provisioning", "secondsP95"], {
      expected: `at least secondsP50 (${secondsP50})`,
      found: String(secondsP95),
    });
});

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
