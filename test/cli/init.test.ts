/** `slipway init`: a plan that validates, by options, by an endpoint that is there, or by what a person says. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { draftOf } from "../../src/cli/init/draft.ts";
import { aboutKind, kindText, modelKinds } from "../../src/cli/init/model-kinds.ts";
import { unknownPrice } from "../../src/cli/init/questions.ts";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { publishedUsdPerHour } from "../../src/core/plan/published-prices.ts";
import { probeBody } from "../../src/core/plan/warmth.ts";
import { holds } from "../property.ts";
import { converse } from "./conversing.ts";
import { folderWith, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const served = servedEach();

function planIn(text: string): Plan {
  const parsed = parsePlan(text, "drafted");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.mistakes));
  return parsed.plan;
}

const words = (line: string): string[] => line.split(" ");
const chat = words(
  "init --kind chat-llm --model chat --instance-type ml.g5.2xlarge --instances 6 --requests-per-second-per-instance 4 --load 15",
);

describe("by options", () => {
  it("writes a commented plan with them in it, and says what to do next", async () => {
    const path = join(folderWith({}), "chat.yml");

    const { code, out, err } = await say(...chat, "--owner", "ann@example.com", "--output", path);

    expect({ code, err }).toEqual({ code: 0, err: "" });
    const text = readFileSync(path, "utf8");
    expect(planIn(text)).toMatchObject({
      model: "chat",
      endpoint: {
        name: "chat",
        instanceType: "ml.g5.2xlarge",
        instances: 6,
        requestsPerSecondPerInstance: 4,
      },
      requirements: { peakRequestsPerSecond: 15 },
      prices: {},
    });
    expect(text).toMatch(/^# Release plan of chat: a large language model/);
    expect(text).toContain("# Owner: ann@example.com.\n");
    expect(text.split("\n").filter((line) => /^ *#/.test(line)).length).toBeGreaterThan(12);
    expect(out).toMatch(new RegExp(`slipway plan ${path}\\s`));
    expect(out).toMatch(new RegExp(`slipway rehearse ${path}\\s`));
  });

  it("refuses to overwrite a file, and leaves it as it is", async () => {
    const path = join(folderWith({ "chat.yml": "mine" }), "chat.yml");

    const { code, err } = await say(...chat, "--output", path);

    expect(code).toBe(64);
    expect(err).toMatch(
      /^✖ --output: expected a file that is not there yet, found .*not overwritten\n.*nothing was written/,
    );
    expect(readFileSync(path, "utf8")).toBe("mine");
  });

  it("tells where a file cannot be written", async () => {
    const path = join(folderWith({ file: "" }), "file", "chat.yml");

    const { code, err } = await say(...chat, "--output", path);

    expect(code).toBe(1);
    expect(err).toMatch(/chat\.yml could not be written: ENOTDIR/);
  });

  it("writes to standard output where that is asked for, and nothing else there", async () => {
    const { code, out, err } = await say(...chat, "--output", "-");

    expect(code).toBe(0);
    expect(planIn(out).model).toBe("chat");
    expect(err).toContain("slipway rehearse FILE");
  });

  it("tells all that is missing, each in a line, where nobody can be asked", async () => {
    const none = await say("init");
    const some = await say(...words("init --kind vision --model eyes --load 3 --instance-type ml.m6i.large"));

    expect([none.code, some.code]).toEqual([64, 64]);
    expect(none.err.match(/^✖ --[\w-]+/gm)).toEqual(
      words("kind model instance-type requests-per-second-per-instance load instances").map(
        (each) => `✖ --${each}`,
      ),
    );
    expect(some.err.match(/^✖ --[\w-]+/gm)).toEqual(
      words("price requests-per-second-per-instance instances").map((each) => `✖ --${each}`),
    );
    expect(none.out + some.out).toBe("");
  });

  it("tells all that is wrong, each in a line", async () => {
    const { code, err } = await say(
      ...words("init --kind chatbot --model a_b --instance-type g5 --instances 0 --load -1 --price free"),
      ...words("--requests-per-second-per-instance 0"),
      ...["--output", ""],
    );

    expect(code).toBe(64);
    // An empty value, and one that looks like an option, are found before.
    expect(err).toMatch(/--output: expected a value, FILE, found nothing/);
    const { err: rest } = await say(
      ...words("init --kind chatbot --model a_b --instance-type g5 --instances 0 --load 0 --price free"),
    );
    expect(rest.match(/^✖ --[\w-]+/gm)?.sort()).toEqual(
      words("instance-type instances kind load model price").map((each) => `✖ --${each}`),
    );
    expect(rest).toContain(
      '--kind: expected one of chat-llm, embedding, fraud-scorer, ranker, vision, found "chatbot"',
    );
  });

  it("takes the price of a type that it does not know, or the consent to spend without one", async () => {
    const own = words(
      "init --kind vision --model eyes --instance-type ml.m6i.large --instances 2 --requests-per-second-per-instance 5 --load 6 --output - --price",
    );

    const known = (await say(...own, "0.13")).out;
    const unknown = (await say(...own, "unknown")).out;

    expect(planIn(known)).toMatchObject({ prices: { "ml.m6i.large": 0.13 }, budget: { unpriced: [] } });
    expect(known).toContain("# US dollars for an instance-hour.\nprices:");
    expect(planIn(unknown)).toMatchObject({ prices: {}, budget: { unpriced: ["ml.m6i.large"] } });
    expect(unknown).toContain("# Nobody knows what this type costs");
  });
});

describe("at a terminal", () => {
  const answers = ["ranker", "feed", "", "ml.m6i.xlarge", "0.25", "60", "220", "", "", ""];

  it("asks what is not given, and takes what it proposes where nothing is said", async () => {
    const folder = folderWith({});
    const path = join(folder, "feed.yml");
    const { code, asked, left, err } = await converse(answers.slice(0, 9), "init", "--output", path);

    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(asked.map((each) => each.trim())).toEqual([
      "What kind of model is it?",
      "Its model package group in the registry?",
      "The endpoint that it serves on? [feed]",
      "The endpoint's instance type? [ml.c5.2xlarge]",
      "What does an hour of one cost, US dollars (or unknown)?",
      "How many requests per second does one instance serve at full load, by a load test?",
      "The load to be ready for, requests per second?",
      "How many instances has the endpoint between releases? [6]",
      "Who is asked about it?",
    ]);
    expect(err).toContain("ranker        a ranker of search results");
    expect(planIn(readFileSync(path, "utf8"))).toMatchObject({
      endpoint: { name: "feed", instances: 6 },
      prices: { "ml.m6i.xlarge": 0.25 },
    });
  });

  it("asks again where an answer is none, and says what is expected", async () => {
    const path = join(folderWith({}), "feed.yml");
    const again = ["rankr", "ranker", "", "feed", "", "", "many", "60", "220", "0", "7", ""];

    const { code, err, left } = await converse(again, "init", "--output", path);

    expect({ code, left }).toEqual({ code: 0, left: [] });
    expect(err).toContain(
      '✖ expected one of chat-llm, embedding, fraud-scorer, ranker, vision, found "rankr"',
    );
    expect(err).toContain(
      "✖ expected the name of a model package group, letters, digits and inner hyphens, found nothing",
    );
    expect(err).toContain('✖ expected a number of requests per second above 0, found "many"');
    expect(planIn(readFileSync(path, "utf8")).endpoint.instances).toBe(7);
  });

  it("asks for nothing that is given, and writes nothing where the answers end", async () => {
    const path = join(folderWith({}), "chat.yml");

    const { code, asked, err } = await converse([], ...chat, "--output", path);

    expect(asked.map((each) => each.trim())).toEqual(["The endpoint that it serves on? [chat]"]);
    expect(code).toBe(1);
    expect(err).toContain("✖ nothing was written: not all was answered");
    expect(existsSync(path)).toBe(false);
  });

  test.skipIf(spawnSync("script", ["--version"]).error !== undefined)(
    "a real one is asked, with lines that were typed ahead",
    async () => {
      const folder = folderWith({});
      const line = `${process.execPath} ${join(process.cwd(), "src/cli/slipway.ts")} init`;
      const child = spawn("script", ["-qec", line, "/dev/null"], {
        cwd: folder,
        stdio: ["pipe", "pipe", "inherit"],
      });
      let told = "";
      const ended = new Promise((resolve) => child.on("close", resolve));
      child.stdout.on("data", (text) => {
        if (told === "") child.stdin.write(`${answers.join("\n")}\n`);
        told += String(text);
      });

      expect(await ended).toBe(0);
      expect(told).toContain("What kind of model is it?");
      expect(told).toContain("slipway rehearse feed.yml");
      expect(planIn(readFileSync(join(folder, "feed.yml"), "utf8")).model).toBe("feed");
    },
  );
});

describe("by an endpoint that is there", () => {
  const own = words("init --kind chat-llm --model chat --load 60 --output - --from-endpoint");

  it("takes its instances, and what its auto scaling says that one serves", async () => {
    const { aws } = await served();
    await aws.scaling.send(
      new RegisterScalableTargetCommand({
        ServiceNamespace: "sagemaker",
        ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
        ResourceId: "endpoint/chat-assistant/variant/v6",
        MinCapacity: 4,
        MaxCapacity: 16,
      }),
    );

    const { code, out, err } = await say(...own, "chat-assistant");

    expect(code).toBe(0);
    expect(err).toMatch(/^stack slipway-dev in account 123456789012/);
    const { endpoint } = planIn(out);
    expect(endpoint).toMatchObject({ name: "chat-assistant", instanceType: "ml.g5.xlarge", instances: 8 });
    expect(endpoint.requestsPerSecondPerInstance).toBeGreaterThan(5);
    expect(out.replaceAll("\n# ", " ")).toContain("variant v6 with 8 ml.g5.xlarge.");
    expect(out).toContain("Auto scaling from 4 to 16 instances, which a release carries over.");
  });

  it("is outranked by what is given", async () => {
    await served();

    const { out } = await say(
      ...own,
      "chat-assistant",
      ...words("--instances 3 --requests-per-second-per-instance 9"),
    );

    expect(planIn(out).endpoint).toMatchObject({ instances: 3, requestsPerSecondPerInstance: 9 });
  });

  it("refuses what is no endpoint by name", async () => {
    await served();
    const misspelt = await say(...own, "a_b");
    const missing = await say(...own, "nobody");

    expect([misspelt.code, missing.code]).toEqual([64, 64]);
    expect(misspelt.err).toContain('--from-endpoint: expected the name of an endpoint, found "a_b"');
    expect(missing.err).toContain('found none called "nobody"');
  });
});

test("a model that looks at images proves that it is warm by a picture", () => {
  const { payload, contentType } = probeBody(planIn(kindText("vision")).warmth);

  expect(contentType).toBe("image/png");
  // The signature of a PNG file (PNG specification, 5.2), and its last chunk.
  expect([...payload.slice(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect(Buffer.from(payload.slice(-8, -4)).toString()).toBe("IEND");
});

describe.each(modelKinds())("%s", (kind) => {
  it("is a plan by itself, of which something is said in a sentence", () => {
    expect(planIn(kindText(kind)).model).toBe(kind);
    expect(aboutKind(kind)).toMatch(/^an? [a-z].{30,}[^.]$/);
  });

  it("is a plan whatever is answered", () =>
    holds(
      fc.property(
        fc.stringMatching(/^[a-zA-Z0-9](-?[a-zA-Z0-9]){0,20}$/),
        fc.constantFrom(...Object.keys(publishedUsdPerHour), "ml.m6i.large", "ml.x9.large"),
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0.01, max: 5000, noNaN: true }),
        fc.double({ min: 0.01, max: 100_000, noNaN: true }),
        fc.oneof(fc.constant(unknownPrice), fc.double({ min: 0.01, max: 300, noNaN: true })),
        fc.string({ maxLength: 60, unit: "grapheme" }),
        (model, instanceType, instances, each, load, price, owner) => {
          const answers = { kind, model, endpoint: model, instanceType, instances, owner, found: [] };
          const plan = planIn(
            draftOf({
              ...answers,
              requestsPerSecondPerInstance: each,
              peakRequestsPerSecond: load,
              usdPerHour: price === unknownPrice ? price : Number(price),
            }),
          );

          expect(plan).toMatchObject({ model, endpoint: { name: model, instanceType, instances } });
          expect(plan.requirements.peakRequestsPerSecond).toBe(load);
        },
      ),
      { numRuns: 60 },
    ));
});
