/** Loads a world by its name or from a file, and says what is wrong with it, one message per mistake. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { parse, YAMLParseError } from "yaml";
import type * as z from "zod";
import { WorldSpec } from "../world/spec.ts";
import { traceNames } from "../world/traffic.ts";

const directory = new URL("./", import.meta.url);

/** Thrown when a world cannot be used: one message per mistake, each with path, expectation and finding. */
export class BadWorld extends Error {
  override readonly name = "BadWorld";
  readonly mistakes: readonly string[];
  constructor(source: string, mistakes: readonly string[]) {
    super([`${source}:`, ...mistakes].join("\n  "));
    this.mistakes = mistakes;
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
  const names = worldNames();
  if (names.includes(nameOrPath))
    return parseWorld(nameOrPath, readFileSync(new URL(`${nameOrPath}.yml`, directory), "utf8"));
  if (!existsSync(nameOrPath))
    throw new BadWorld(nameOrPath, [`expected a file or one of ${names.join(", ")}`]);
  return parseWorld(nameOrPath, readFileSync(nameOrPath, "utf8"));
}

/** Checks a world's YAML text. Throws BadWorld; `source` names it in the messages. */
export function parseWorld(source: string, text: string): WorldSpec {
  const document = readYaml(source, text);
  const result = WorldSpec.safeParse(document);
  if (!result.success)
    throw new BadWorld(
      source,
      result.error.issues.map((issue) => message(issue, document)),
    );
  const { trace } = result.data.traffic;
  if (!traceNames().includes(trace))
    throw new BadWorld(source, [
      `traffic.trace: expected one of ${traceNames().join(", ")}, found ${JSON.stringify(trace)}`,
    ]);
  const { secondsP50, secondsP95 } = result.data.provisioning;
  if (secondsP95 < secondsP50)
    throw new BadWorld(source, [
      `provisioning.secondsP95: expected at least secondsP50 (${secondsP50}), found ${secondsP95}`,
    ]);
  return result.data;
}

function readYaml(source: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw new BadWorld(source, [`expected YAML, found ${error.message}`]);
  }
}

function message(issue: z.core.$ZodIssue, document: unknown): string {
  const path = issue.path.map(String).join(".") || "the file";
  if (issue.code === "unrecognized_keys") {
    const where = issue.path.length === 0 ? "" : `${path}.`;
    return issue.keys.map((key) => `${where}${key}: not a key of a world`).join("\n  ");
  }
  return `${path}: expected ${expectation(issue)}, found ${JSON.stringify(valueAt(document, issue.path)) ?? "nothing"}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : `a ${issue.expected}`;
    case "too_small":
      return `${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    default:
      return issue.message;
  }
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const part of path)
    value =
      typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined;
  return value;
}
