/**
 * Every command with its help, with nothing, and with what is wrong, at terminals and in pipes of several widths: the right
 * exit code, no line wider than the page, and no escape codes where nobody looks or somebody does not want them.
 */
import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { describe, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { onlyEnvironment } from "./served-account.ts";
import { escapes, type Page, sayOn, tooWide } from "./widths.ts";

const widths = [40, 80, 120];
const pages: readonly Page[] = widths.flatMap((width) => [
  { isTTY: true, width },
  { isTTY: false, width },
]);
const titled = pages.map(
  (page) => [`${page.isTTY ? "a terminal" : "a pipe"} of ${page.width}`, page] as const,
);

/** What runs without a word more. The others ask for one: a name, a file, or which deployment is meant. */
const runs: Readonly<Record<string, string>> = {
  plan: "shows the sample",
  worlds: "lists them",
};
/** Not run here with nothing: hours of rehearsals, a server, and the summary of a run, which is tested by itself. */
const long = new Set(["explore", "twin", "rehearse"]);

const names = commands.map(({ name }) => name);

describe.each(titled)("%s", (_, page) => {
  const isFine = (text: string) => {
    expect(tooWide(text, page)).toEqual([]);
    expect(escapes(text)).toBe(false);
  };

  it.each([[[]], [["--help"]], [["help"]], [["--version"]]])("%j", async (args) => {
    const { code, out, err } = await sayOn(page, ...args);

    expect({ code, err }).toEqual({ code: 0, err: "" });
    isFine(out);
  });

  it.each(names)("%s --help, with examples", async (name) => {
    const { code, out, err } = await sayOn(page, ...name.split(" "), "--help");

    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/\nexamples:\n {2}slipway /);
    isFine(out);
  });

  it.each(names.filter((name) => !long.has(name)))("%s with nothing", async (name) => {
    onlyEnvironment({});
    const { code, out, err } = await sayOn(page, ...name.split(" "));
    vi.unstubAllEnvs();

    expect(code).toBe(runs[name] === undefined ? 64 : 0);
    isFine(out);
    isTold(err, page);
  });

  it.each(names.flatMap((name) => [[`${name} --nothing-of-the-kind`], [`${name} one two three --json=no`]]))(
    "%s",
    async (line) => {
      const { code, out, err } = await sayOn(page, ...line.split(" "));

      expect({ code, out }).toEqual({ code: 64, out: "" });
      isTold(err, page);
    },
  );
});

/** In a pipe a mistake is a line, for whoever looks for it there; at a terminal it is folded. */
function isTold(err: string, page: Page): void {
  if (page.isTTY) expect(tooWide(err, page)).toEqual([]);
  else {
    const lines = err.split("\n").slice(0, -1);
    expect(lines.filter((line) => !/^✖ \S|^See slipway .*--help\.$/.test(line))).toEqual([]);
    expect(escapes(err)).toBe(false);
  }
}

describe("colours", () => {
  const ask = (variables: Record<string, string>, isTTY = true) =>
    sayOn({ isTTY, width: 80, variables }, "plan", "apply");

  it("are there at a terminal that has them", async () => {
    expect(escapes((await ask({ TERM: "xterm-256color" })).err)).toBe(true);
  });

  it.each([
    { NO_COLOR: "1", TERM: "xterm-256color" },
    { TERM: "dumb" },
    { TERM: "xterm-256color", FORCE_COLOR: "0" },
  ])("are not there with %j", async (variables) => {
    expect(escapes((await ask(variables)).err)).toBe(false);
  });

  it("are not there in a pipe, unless they are forced", async () => {
    expect(escapes((await ask({ TERM: "xterm-256color" }, false)).err)).toBe(false);
    expect(escapes((await ask({ FORCE_COLOR: "1" }, false)).err)).toBe(true);
  });
});

/**
 * As a person has it: a terminal of the system's, with its own width, whose keyboard is there until something was said.
 * It is nobody's continuous integration, where Node takes a terminal for one without colours (node:tty, getColorDepth).
 */
async function atTerminal(variables: string, command: string, columns: number): Promise<string> {
  const line = `stty cols ${columns}; ${variables} ${process.execPath} src/cli/slipway.ts ${command}`;
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...env } = process.env;
  const child = spawn("script", ["-qec", line, "/dev/null"], { env });
  child.stdout.once("readable", () => child.stdin.end());
  const [said, wrong] = await Promise.all([text(child.stdout), text(child.stderr)]);
  // What says nothing has no escape codes and is not too wide either.
  expect([said, wrong]).toEqual([expect.stringMatching(/\S/), ""]);
  return said.replaceAll("\r", "");
}

describe.skipIf(spawnSync("script", ["--version"]).error !== undefined)("a terminal of the system's", () => {
  it.each(widths)("of %i columns has pages of that width", async (width) => {
    for (const command of ["help", "help init", "plan apply", "plan"])
      expect(tooWide(await atTerminal("TERM=xterm-256color", command, width), { width })).toEqual([]);
  });

  it("has no escape codes with NO_COLOR, nor with TERM=dumb, and has them else", async () => {
    const escaped = async (variables: string) => escapes(await atTerminal(variables, "plan apply", 80));

    expect(await escaped("TERM=xterm-256color")).toBe(true);
    expect(await escaped("TERM=xterm-256color NO_COLOR=1")).toBe(false);
    expect(await escaped("TERM=dumb")).toBe(false);
    expect(escapes(await atTerminal("TERM=dumb", "init", 80))).toBe(false);
  });
});
