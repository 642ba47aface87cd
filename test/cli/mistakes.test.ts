/** What a person is told who has made a mistake: one line for each, where, what was expected, what was found. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { causesOf } from "../../src/cli/mistakes.ts";
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
  expect(lines.at(-1)).toMatch(
    /^See slipway ([a-z ]+ )?--help\.$|^(One mistake|\d+ mistakes); nothing was run\.$/,
  );
  return lines.slice(0, -1).map((line) => line.replace(/^✖ /, "").replaceAll(`${folder}/`, ""));
}

const withoutLine = (message: string) => message.replace(/^\w+\.json(:\d+)?: /, "");

const sample = readFileSync("plans/chat-assistant.yml", "utf8");

describe("a command line", () => {
  it("names the command that was probably meant", async () => {
    expect(await told("rehears")).toEqual([
      expect.stringMatching(/^expected one of init, rehearse, .*, found "rehears"; did you mean rehearse\?$/),
    ]);
  });

  it("names the commands that begin as the line does", async () => {
    const all =
      "expected one of evidence verify, evidence export, evidence oscal, evidence key, evidence people, evidence erase, found";
    expect(await told("evidence", "--help")).toEqual([`${all} "evidence"`]);
    expect(await told("evidence", "verfiy", "chat-assistant")).toEqual([
      `${all} "evidence verfiy"; did you mean evidence verify?`,
    ]);
  });

  it("names the option that was probably meant, and tells every mistake at once", async () => {
    expect(await told("rehearse", "--wrold", "healthy", "--json=yes", "--seed")).toEqual([
      "--wrold: expected one of --event, --world, --traffic, --start, --seed, --beside, --beside-after, --answer, --turns, --fault, --compare, --report, --markdown, --junit, --sarif, --annotations, --quiet, --json; did you mean --world?",
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

  it.each([
    ["stop", 'RELEASE: expected the id of a release such as "chat-assistant-v7-production"'],
    ["rollback", 'RELEASE: expected the id of a release such as "chat-assistant-v7-production"'],
    ["approve", 'RELEASE: expected the id of a release such as "chat-assistant-v7-production"'],
    ["plan show", "MODEL: expected the model whose plan to show"],
    ["free --reason x", 'SUBJECT: expected what is locked such as "endpoint/chat-assistant"'],
  ])(
    "is told of a name that cannot be one before anything needs an account: %s",
    async (command, message) => {
      for (const name of ["a b", "../x", "", "-v7-production", "chat_assistant-v7-production"])
        expect(await told(...command.split(" "), "--", name)).toEqual([`${message}, found "${name}"`]);
    },
  );

  it("takes what a pipeline shows of one rehearsal alone", async () => {
    expect(await told("rehearse", "--world", "all", "--junit", "a.xml", "--sarif", "a.sarif")).toEqual([
      "--junit: expected no --world all beside it, found both",
      "--sarif: expected no --world all beside it, found both",
    ]);
    expect(await told("rehearse", "--compare", "strategies", "--annotations", "github")).toEqual([
      "--annotations: expected no --compare beside it, found both",
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

describe("a command line that is nearly right", () => {
  it("names the longer command that was probably meant", async () => {
    expect(await told("plan", "aply")).toEqual([
      "aply: expected apply or the name of a file, found neither; did you mean slipway plan apply?",
    ]);
    expect(await told("plan", "nowhere")).toEqual([
      "nowhere: expected a file with the plan, found nothing there",
    ]);
  });

  it("sends to the help of its own command", async () => {
    expect((await say("plan", "apply")).err).toMatch(/\nSee slipway plan apply --help\.\n$/);
    expect((await say("rehears")).err).toMatch(/\nSee slipway --help\.\n$/);
  });

  it("says so where a command has no options, and takes a value after an unknown one for part of it", async () => {
    expect(await told("plan", "a.yml", "--even", "x.json")).toEqual([
      "--even: expected one of --world, --limits, --json, --junit, --sarif, --annotations, --stage, --profile, --region",
    ]);
  });

  it("takes a word with one hyphen for one mistake, and says how a file of that name is given", async () => {
    expect(await told("rehearse", "-proto.yml")).toEqual([
      "-proto.yml: expected one of --event, --world, --traffic, --start, --seed, --beside, --beside-after, --answer, --turns, --fault, --compare, --report, --markdown, --junit, --sarif, --annotations, --quiet, --json; a file of that name goes after --",
    ]);
    expect(await told("rehearse", "--", "-proto.yml")).toEqual([
      "-proto.yml: expected a file with the plan, found nothing there",
    ]);
  });

  it("neither lifts a freeze nor declares one where both are said", async () => {
    expect(await told("freeze", "--lift", "--until", "2099-01-01T00:00:00Z")).toEqual([
      "--until: expected no --lift beside it, found both",
    ]);
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
  it("is read as every other file is", async () => {
    expect(await told("rehearse", "--world", folder)).toEqual([
      `${folder}: expected a file with the world, found a folder`,
    ]);
  });

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
    ).toEqual(['broken.json:3: the text: expected JSON, found ":" where it cannot stand']);
  });

  it("with a typo names the field that was probably meant", async () => {
    expect(
      await told("rehearse", "--event", file("typo.json", '{"modle": "chat-assistant", "version": 7}')),
    ).toEqual(['typo.json:1: modle: expected a known key, found "modle"; did you mean model?']);
  });

  it("is JSON, as AWS has it, and no YAML", async () => {
    expect(
      await told("rehearse", "--event", file("comma.json", '{"model": "chat-assistant", "version": 7,}')),
    ).toEqual(['comma.json:1: the text: expected JSON, found a comma before "}"']);
  });

  it.each([
    [
      '{"model": "chat-assistant", "milestone": "staging"}',
      'milestone: expected a milestone of the plan (training, production), found "staging"',
    ],
    [
      '{"milestone": {"model": "chat-assistant", "kind": "staging"}}',
      'milestone.kind: expected a milestone of the plan (training, production), found "staging"',
    ],
    [
      '{"milestone": "training"}',
      'milestone: expected a map such as {"model": "chat-assistant", "kind": "training"}, or a model beside it for a run by hand, found "training"',
    ],
    [
      '{"Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:123456789012:t", "Message": "{}"}',
      "the input: expected the event itself, found an SNS notification around it (in its Message)",
    ],
    [
      '{"Records": [{"EventSource": "aws:sns"}]}',
      "the input: expected the event itself, found records of SNS or SQS around it",
    ],
  ])(
    "that cannot start a release of the plan is told of, with its file and before anything is run: %s",
    async (event, message) => {
      expect((await told("rehearse", "--event", file("e.json", event))).map(withoutLine)).toEqual([message]);
    },
  );

  it.each([
    [
      '"ModelPackageGroupName": "chat-assistant"',
      '"ModelPackageGroupName": "chat-asistant"',
      'detail.ModelPackageGroupName: expected "chat-assistant", the model of the plan, found "chat-asistant"; did you mean "chat-assistant"?',
    ],
    [
      '"ModelApprovalStatus": "Approved"',
      '"ModelApprovalStatus": "Aproved"',
      'detail.ModelApprovalStatus: expected one of Approved, Rejected, PendingManualApproval, found "Aproved"; did you mean "Approved"?',
    ],
    [
      '"source": "aws.sagemaker"',
      '"source": "aws.sagemeker"',
      'source: expected aws.sagemaker, found "aws.sagemeker"; did you mean "aws.sagemaker"?',
    ],
  ])("that is the registry's but for %s is told of", async (right, wrong, message) => {
    const event = readFileSync("events/registry-approved.json", "utf8").replace(right, wrong);

    expect((await told("rehearse", "--event", file("event.json", event))).map(withoutLine)).toEqual([
      message,
    ]);
  });

  it("of a type that the plan does not have names those that it has", async () => {
    const plan = file("minor.yml", sample.replace(/ {2}(patch|major|retrain):\n.*\n/g, ""));
    const event = '{"model": "chat-assistant", "version": 7, "releaseType": "major"}';

    expect(await told("rehearse", plan, "--event", file("major.json", event))).toEqual([
      'major.json:1: releaseType: expected a type of the plan (minor), found "major"',
    ]);
  });

  it.each([
    [
      /"ModelPackageGroupName": .*/,
      'detail.ModelPackageGroupName: expected "chat-assistant", the group of its ModelPackageArn, found nothing',
    ],
    [
      /"ModelPackageVersion": .*/,
      "detail.ModelPackageVersion: expected 7, the version of its ModelPackageArn, found nothing",
    ],
    [
      ['"ModelPackageVersion": 7', '"ModelPackageVersion": 6'],
      "detail.ModelPackageVersion: expected 7, the version of its ModelPackageArn, found 6",
    ],
    [
      ["model-package/chat-assistant/7", "model-package/chat-assistant"],
      'detail.ModelPackageArn: expected an ARN that ends in group and version, found "arn:aws:sagemaker:eu-west-1:123456789012:model-package/ch…"',
    ],
    [
      [/"ModelPackageArn": ".*"/, '"ModelPackageArn": "chat-assistant"'],
      'detail.ModelPackageArn: expected the ARN of a model package, found "chat-assistant"',
    ],
    [
      ['"Completed"', '"Done"'],
      'detail.ModelPackageStatus: expected one of Pending, InProgress, Completed, Failed, Deleting, found "Done"',
    ],
    [
      ['"account": "123456789012"', '"account": "210987654321"'],
      'account: expected "123456789012", the account of its ModelPackageArn, found "210987654321"',
    ],
    [
      ['"region": "eu-west-1"', '"region": "us-east-1"'],
      'region: expected "eu-west-1", the region of its ModelPackageArn, found "us-east-1"',
    ],
  ] as const)(
    "from the registry that contradicts itself is told what it should say: %s",
    async (change, message) => {
      const [from, to] = change instanceof RegExp ? [change, ""] : change;
      const event = readFileSync("events/registry-approved.json", "utf8").replaceAll(
        from instanceof RegExp ? new RegExp(from, "g") : from,
        to,
      );

      expect((await told("rehearse", "--event", file("slip.json", event))).map(withoutLine)).toEqual([
        message,
      ]);
    },
  );

  it("from the registry about a package without versions starts nothing, and is no mistake", async () => {
    const event = readFileSync("events/registry-approved.json", "utf8")
      .replace(/"ModelPackageGroupName": .*/, "")
      .replace(/"ModelPackageVersion": .*/, "")
      .replaceAll("model-package/chat-assistant/7", "model-package/alone");

    const { code, out } = await say("rehearse", "--event", file("alone.json", event));

    expect(code).toBe(0);
    expect(out).toContain("belongs to no group");
  });

  it("from the registry of another account is told what the twin has", async () => {
    const approved = readFileSync("events/registry-approved.json", "utf8");
    const ofOther = file("other-account.json", approved.replaceAll("123456789012", "210987654321"));

    expect(await told("rehearse", "--event", ofOther)).toEqual([
      expect.stringMatching(
        /^other-account\.json:13: detail\.ModelPackageArn: expected "arn:aws:sagemaker:eu-west-1:123456789012:model-package\/chat-assistant\/7", the twin's account and region, found "arn:/,
      ),
    ]);
  });

  it("of another model is told of before anything is run", async () => {
    expect(
      await told("rehearse", "--event", file("other.json", '{"model": "chat-asistant", "version": 7}')),
    ).toEqual([
      'other.json:1: model: expected "chat-assistant", the model of the plan, found "chat-asistant"; did you mean "chat-assistant"?',
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
  expect(general.out).toMatch(/ {2}rehearse .*\n {2}worlds .*\n[\s\S]* {2}plan .*\n {2}plan apply/);
  expect(general.out).toMatch(/ {2}64 +bad usage or bad input/);
  expect(own.out).toMatch(
    /^usage: slipway rehearse \[PLAN\]\s+\[--event FILE\]\s+\[--world NAME\|FILE\]\s+\[--traffic FILE\]\s+\[--start\s+TIME\]\s+\[--seed N\]\s+\[--beside PLAN\]\s+\[--beside-after MINUTES\]\s+\[--answer ANSWER\]\s+\[--turns N\]\s+\[--fault\s+FAULT\]\s+\[--compare WHAT\]\s+\[--report FILE\]\s+\[--markdown\s+FILE\]\s+\[--junit FILE\]\s+\[--sarif FILE\]\s+\[--annotations\s+github\]\s+\[--quiet\]\s+\[--json\]/,
  );
  expect(own.out).toMatch(/worlds: bad-errors, .*healthy/);
  expect((await say("--version")).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it("answers to every usual way of asking for help and for the version", async () => {
  const general = (await say("--help")).out;
  const own = (await say("plan", "apply", "--help")).out;

  for (const ask of [[], ["-h"], ["help"]]) expect((await say(...ask)).out).toBe(general);
  for (const ask of [
    ["help", "plan", "apply"],
    ["--help", "plan", "apply"],
    ["plan", "apply", "-h"],
  ])
    expect((await say(...ask)).out).toBe(own);
  for (const ask of ["-v", "-V", "--version", "version"])
    expect((await say(ask)).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it("shows what must be given without brackets, and an example of every command", async () => {
  expect((await say("help", "plan", "apply")).out).toMatch(/^usage: slipway plan apply PLAN/);
  expect((await say("help", "stop")).out).toMatch(/^usage: slipway stop RELEASE/);
  for (const { name } of commands)
    expect((await say("help", ...name.split(" "))).out).toMatch(
      new RegExp(`examples:\\n {2}slipway ${name}\\b`),
    );
});

it("tells what a function found wrong, and not what Lambda wraps it in", () => {
  const wrapped = JSON.stringify({ errorType: "BadInput", errorMessage: "a: one\nb: two", trace: ["x"] });

  expect(causesOf(wrapped)).toEqual(["a: one", "b: two"]);
  for (const plain of ["a sentence", "null", "{}", "7"]) expect(causesOf(plain)).toEqual([plain]);
});
