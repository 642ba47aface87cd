/** What a person is told who has made a mistake: one line for each, where, what was expected, what was found. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { say } from "./spoken.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-"));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The mistakes told, one a line and without the temporary folder; nothing must have been run or printed. */
async function told(...args: readonly string[]): Promise<string[]> {
  const { code, out, err } = await say(...args);
  expect(code).toBe(64);
  expect(out).toBe("");
  const lines = err.trimEnd().split("\n");
  expect(lines.at(-1)).toMatch(/^See slipway --help\.$|^(One mistake|\d+ mistakes); nothing was run\.$/);
  return lines.slice(0, -1).map((line) => line.replace(/^✖ /, "").replaceAll(`${folder}/`, ""));
}

const sample = readFileSync("plans/chat-assistant.yml", "utf8");

describe("a command line", () => {
  it("names the command that was probably meant", async () => {
    expect(await told("rehears")).toEqual([
      expect.stringMatching(/^expected one of rehearse, plan, .*, found "rehears"; did you mean rehearse\?$/),
    ]);
  });

  it("names the option that was probably meant, and tells every mistake at once", async () => {
    expect(await told("rehearse", "--wrold", "healthy", "--json=yes", "--seed")).toEqual([
      "--wrold: expected one of --event, --world, --seed, --fault, --json; did you mean --world?",
      '--json: expected no value, found "yes"',
      "--seed: expected a value, N, found nothing",
    ]);
  });

  it("takes no more arguments than there are, and each option once", async () => {
    expect(await told("rehearse", "a.yml", "b.yml", "--seed", "1", "--seed", "2")).toEqual([
      "--seed: expected once, found it again",
      'expected at most PLAN, found "b.yml" as well',
    ]);
  });

  it.each(["-1", "1.5", "seven", "9007199254740992"])("takes no seed that is %s", async (seed) => {
    expect(await told("rehearse", `--seed=${seed}`)).toEqual([
      `--seed: expected a whole number from 0 to 9007199254740991, found "${seed}"`,
    ]);
  });

  it("puts no plan in force that it was not given", async () => {
    expect(await told("plan", "apply")).toEqual([
      "PLAN: expected the file of the plan to put in force, found nothing",
    ]);
  });

  it.each([
    [["twin", "--port", "65536"], '--port: expected a whole number from 0 to 65535, found "65536"'],
    [["twin", "--speed", "0"], '--speed: expected a number from 0.1 to 720, found "0"'],
  ])("refuses %j", async (args, message) => {
    expect(await told(...args)).toEqual([message]);
  });
});

describe("a plan", () => {
  it("that is not there is told of, with the neighbour that was probably meant", async () => {
    file("chat-assistant.yml", sample);

    expect(await told("rehearse", join(folder, "chat-asistant.yml"))).toEqual([
      "chat-asistant.yml: expected a file with the plan, found nothing there; did you mean chat-assistant.yml?",
    ]);
    expect(await told("plan", folder)).toEqual([`${folder}: expected a file with the plan, found a folder`]);
  });

  it("gets one message per mistake, with its line", async () => {
    const bad = sample
      .replace("trafficPercent: 25", "trafficPercent: 3")
      .replace("peakRequestsPerSecond: 60", "peakRequestPerSecond: 60")
      .replace("instances: 8", "instances: 0");
    const line = (text: string) => bad.split("\n").findIndex((each) => each.includes(text)) + 1;

    expect(await told("rehearse", file("bad.yml", bad))).toEqual([
      `bad.yml:${line("instances: 0")}: endpoint.instances: expected at least 1, found 0`,
      `bad.yml:${line("peakRequestPerSecond")}: requirements.peakRequestPerSecond: expected a known key, found "peakRequestPerSecond"; did you mean peakRequestsPerSecond?`,
      `bad.yml:${line("trafficPercent: 3")}: rollout.stages[1].trafficPercent: expected more than 5, the share of the stage before it, found 3`,
    ]);
  });
});

describe("a world", () => {
  it("that does not exist is told of, with the one that was probably meant", async () => {
    expect(await told("rehearse", "--world", "helthy")).toEqual([
      expect.stringMatching(
        /^the world "helthy": expected the path of a YAML file or one of bad-errors, .*, found neither; did you mean healthy\?$/,
      ),
    ]);
  });

  it("in a file gets one message per mistake, with its line", async () => {
    const path = file("mine.yml", "description: Mine.\ncandidate: { errorFacter: 5 }\nquotaInstances: -2\n");

    expect(await told("rehearse", "--world", path)).toEqual([
      'mine.yml:2: candidate.errorFacter: expected a known key, found "errorFacter"; did you mean errorFactor?',
      "mine.yml:3: quotaInstances: expected at least 0, found -2",
    ]);
  });
});

describe("an event", () => {
  it("that is no JSON is told of with its line", async () => {
    expect(
      await told("rehearse", "--event", file("broken.json", '{\n  "model": \n  "version": 7\n}')),
    ).toEqual([expect.stringMatching(/^broken\.json:\d: the text: expected YAML, found a fault/)]);
  });

  it("with a typo names the field that was probably meant", async () => {
    expect(
      await told("rehearse", "--event", file("typo.json", '{"modle": "chat-assistant", "version": 7}')),
    ).toEqual(['typo.json: modle: expected a known key, found "modle"; did you mean model?']);
  });

  it("of another model is told of before anything is run", async () => {
    expect(
      await told("rehearse", "--event", file("other.json", '{"model": "chat-asistant", "version": 7}')),
    ).toEqual([
      'other.json: model: expected "chat-assistant", the model of the plan, found "chat-asistant"; did you mean "chat-assistant"?',
    ]);
  });

  it("of the bare schedule names no model", async () => {
    const event = '{"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}';

    expect(await told("rehearse", "--event", file("bare.json", event))).toEqual([
      expect.stringMatching(/^bare\.json: the input: expected the target's constant input, /),
    ]);
  });
});

it("helps whoever asks, with every command and every option", async () => {
  const general = await say("--help");
  const own = await say("rehearse", "--help");

  expect(general.code).toBe(0);
  expect(general.out).toMatch(/ {2}rehearse .*\n {2}plan .*\n {2}plan apply/);
  expect(general.out).toMatch(/ {2}64 +bad usage or bad input/);
  expect(own.out).toMatch(
    /^usage: slipway rehearse \[PLAN\] \[--event FILE\] \[--world NAME\|FILE\] \[--seed N\] \[--fault FAULT\]\s+\[--json\]/,
  );
  expect(own.out).toMatch(/worlds: bad-errors, .*healthy/);
  expect((await say("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});
