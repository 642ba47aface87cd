/** Loads a world by its name or from a file, and says what is wrong with it, one message per mistake. */
import { readdirSync, readFileSync } from "node:fs";
import { formatMistake, foundText, type Mistake, nearest } from "../../core/input/bad-input.ts";
import { tell } from "../../core/input/bad-input-schema.ts";
import { checkText } from "../../core/input/checked-file.ts";
import { WorldSpec } from "../world/spec.ts";
import { traceNames } from "../world/traffic.ts";

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
  return parseWorld(nameOrPath, readFile(nameOrPath));
}

function readFile(path: string): string {
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

/** What the schema alone cannot know: which traces there are, and what figures and names must be to each other. */
const Usable = WorldSpec.superRefine(({ traffic, provisioning, others }, ctx) => {
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

/** Checks a world's YAML text. Throws BadWorld; `source` names it in the messages. */
export function parseWorld(source: string, text: string): WorldSpec {
  const checked = checkText(Usable, text, source);
  if (!checked.ok) throw new BadWorld(checked.mistakes);
  return checked.value;
}
