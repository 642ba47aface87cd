/**
 * The release action's script against a twin that is served as `slipway twin`: a run of the script for each way in which a
 * release can end, or not end, and what each tells the run of it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import {
  CreateEndpointConfigCommand,
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  SageMakerClient,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { partOf } from "../part.ts";
import { type ActionEnd, runAction } from "./action-runs.ts";
import { folderWith, onlyEnvironment } from "./served-account.ts";
import { type SpawnedTwin, spawnTwin } from "./spawned-twin.ts";
import { say } from "./spoken.ts";

/** The sample's plan with two stages: so little of the traffic as the first has proves nothing for so short. */
const short = readFileSync("plans/chat-assistant.yml", "utf8")
  .replace(/ {4}- \{ trafficPercent: (25|50), .*\n/g, "")
  .replace("{ trafficPercent: 5, bakeMinutes: 10 }", "{ trafficPercent: 2, bakeMinutes: 3 }")
  .replace("95, bakeMinutes: 10 ", "95, bakeMinutes: 5 ");
/** Instances come soon, so that a release takes half an hour of the twin's. */
const worldOf = (description: string, more: Readonly<Record<string, unknown>>) =>
  JSON.stringify({
    description,
    provisioning: { secondsP50: 40, secondsP95: 60, modelLoadSeconds: 10 },
    registry: { versions: [8, 9, 10, 11, 12] },
    ...more,
  });
const folder = folderWith({
  "good.yml": worldOf("Candidates are as good as what serves.", {}),
  "bad.yml": worldOf("Candidates fail many times as often.", { candidate: { errorFactor: 20 } }),
  "short.yml": short,
  "poor.yml": short.replace("usdPerRelease: 120", "usdPerRelease: 0.01"),
  // A day of the twin's takes twelve minutes, whatever this machine has to do meanwhile.
  "slow.yml": short
    .replace("bakeMinutes: 3 ", "bakeMinutes: 1400 ")
    .replace("usdPerRelease: 120", "usdPerRelease: 9999"),
  "asks.yml": short.replace("{ action: proceed }", "{ action: ask, waitMinutes: 1400 }"),
});
const plan = (name: string) => join(folder, `${name}.yml`);

const twinOf = (world: string) =>
  spawnTwin("--plan", plan("short"), "--world", join(folder, world), "--speed", "120");
let twin: SpawnedTwin;
beforeAll(async () => {
  twin = await twinOf("good.yml");
  onlyEnvironment(twin.env);
});
afterAll(() => void twin.child.kill("SIGKILL"));

const released = (
  name: string,
  version: number,
  inputs: Readonly<Record<string, string>> = {},
  ...meanwhile: Parameters<typeof runAction>[2][]
): Promise<ActionEnd> =>
  runAction(
    "release/release.sh",
    { PLAN: plan(name), VERSION: `${version}`, STAGE: "dev", EVERY: "1", ...inputs },
    ...meanwhile,
  );
/** Puts its plan in force before. */
const applied = { APPLY: "true" };
const idOf = (version: number) => `chat-assistant-v${version}-production`;

/** Sends the signals, one after the other, once it says what is looked for. */
function once(found: string, ...signals: readonly NodeJS.Signals[]): Parameters<typeof runAction>[2] {
  let sent = false;
  return (said, kill) => {
    if (sent || !said.includes(found)) return;
    sent = true;
    for (const [nth, signal] of signals.entries()) setTimeout(() => kill(signal), nth * 50);
  };
}

interface Expected {
  readonly code: number;
  readonly outcome: string;
  /** Its head, without marks. */
  readonly summary: string;
  /** What the summary says after that, or has a command for. */
  readonly says?: readonly (string | RegExp)[];
  /** What the run shows first; nothing where all is well. */
  readonly told?: string;
  readonly page?: boolean;
}

function expectEnd(version: number, end: ActionEnd, expected: Expected): void {
  const { code, outcome, summary, says = [], told, page = true } = expected;
  const { report = "", gates = "", ...outputs } = end.outputs;
  expect({ code: end.code, ...outputs }, end.said).toEqual({
    ...{ code, outcome },
    ...{ release: outcome === "unknown" ? "" : idOf(version), "exit-code": `${code}` },
  });
  const plainly = end.summary.replaceAll("\\", "");
  expect(plainly.split("\n")[0]).toBe(`### ${summary}`);
  for (const each of says) expect(plainly).toMatch(each);
  expect(end.said.split("\n").filter((line) => line.startsWith("::"))).toEqual(
    told === undefined ? [] : [expect.stringMatching(told)],
  );
  const text = (path: string) => (path === "" ? "" : readFileSync(path, "utf8"));
  expect(text(report).slice(0, 15)).toMatch(page ? /^<!doctype html/i : /^$/);
  expect(text(gates)).toMatch(page ? `<testsuite name="slipway report ${idOf(version)}" tests="1"` : /^$/);
}

/** Somebody else has the endpoint serve by a configuration of their own, once it is between two updates. */
async function movesEndpoint(): Promise<void> {
  const client = new SageMakerClient({ endpoint: twin.url, region: "eu-west-1" });
  const EndpointName = "chat-assistant";
  const look = () => client.send(new DescribeEndpointCommand({ EndpointName }));
  let seen = await look();
  for (; seen.EndpointStatus !== "InService"; seen = await look()) await after(200);
  const { EndpointConfigName } = seen;
  const { ProductionVariants } = await client.send(new DescribeEndpointConfigCommand({ EndpointConfigName }));
  const own = { EndpointConfigName: "somebody-elses", ProductionVariants };
  await client.send(new CreateEndpointConfigCommand(own));
  await client.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName: "somebody-elses" }));
}

const cases: readonly (readonly [what: string, run: () => Promise<void>])[] = [
  [
    "64: a version that is not in the registry",
    async () => {
      expectEnd(99, await released("short", 99), {
        ...{ code: 64, outcome: "bad-input", page: false },
        summary: `${idOf(99)}: bad-input`,
        says: [
          /version: expected one that is in the registry, found 99; .*package\/chat-assistant\/99 does not exist/,
        ],
        told: "^::error title=bad-input::.*: the summary says why$",
      });
    },
  ],
  [
    "2, then 1: what a faulty candidate is rolled back for, and what cannot be looked at any more, since the account is gone",
    async () => {
      const bad = await twinOf("bad.yml");
      onlyEnvironment(bad.env);
      try {
        expectEnd(7, await released("short", 7), {
          ...{ code: 2, outcome: "rolled-back" },
          summary: `${idOf(7)}: rolled-back`,
          says: [/error/, /make one more attempt.*--attempt retry-2/],
          told: "^::error title=rolled-back::.*: the summary says why$",
        });
        const gone = await released("short", 8, {}, (said) => {
          if (said.includes(idOf(8)) || said.includes("opens")) bad.child.kill("SIGKILL");
        });
        expectEnd(8, gone, {
          ...{ code: 1, outcome: "unknown", page: false },
          summary: `${plan("short")}: slipway emit failed`,
          says: [
            /it could not be looked at any more: .*; it goes on without, and the same command once more attaches/,
          ],
          told: "^::error title=unknown::no release: the summary says why$",
        });
      } finally {
        bad.child.kill("SIGKILL");
        onlyEnvironment(twin.env);
      }
    },
  ],
  [
    "4: what the budget does not pay for",
    async () => {
      expectEnd(8, await released("poor", 8, applied), {
        ...{ code: 4, outcome: "refused" },
        summary: `${idOf(8)}: refused`,
        says: [/the release is estimated at \$[\d.]+, its budget is \$0.01/],
        told: "^::error title=refused::",
      });
    },
  ],
  [
    "5, 143 and 2: what is under way at the deadline, is left, is stopped, and was",
    async () => {
      const underWay = { outcome: "under-way", summary: `${idOf(9)}: under-way` };
      const says = [`slipway stop ${idOf(9)} --stage dev`];
      expectEnd(9, await released("slow", 9, { APPLY: "true", TIMEOUT: "2s" }), {
        ...{ code: 5, ...underWay, says },
        told: `^::warning title=still under way::${idOf(9)} goes on`,
      });
      const cancelled = { code: 143, ...underWay, page: false, told: "^::warning title=cancelled::" };
      const goesOn = idOf(9);
      expectEnd(9, await released("slow", 9, {}, once(goesOn, "SIGTERM")), { ...cancelled, says });
      const stopped = await released("slow", 9, { ON_CANCEL: "stop" }, once(goesOn, "SIGINT", "SIGTERM"));
      expectEnd(9, stopped, cancelled);
      expect(stopped.said).toMatch(new RegExp(`${goesOn} is stopped; the sweep undoes what it left`));
      expectEnd(9, await released("slow", 9), {
        ...{ code: 2, outcome: "stopped" },
        summary: `${idOf(9)}: stopped`,
        told: "^::error title=stopped::",
      });
    },
  ],
  [
    "6, then 0: what asks a person, and is let go on by what the summary says",
    async () => {
      const asked = await released("asks", 10, applied);
      expectEnd(10, asked, {
        ...{ code: 6, outcome: "under-way" },
        summary: `${idOf(10)}: waits for a person`,
        says: [
          /waiting for an answer: /,
          `slipway approve ${idOf(10)} --rollout-stage 0 --reject --stage dev`,
        ],
        told: `^::warning title=waits for a person::${idOf(10)}: the summary has the commands that answer`,
      });
      let end = asked;
      // The second stage may ask as well, and hear more before anybody answers: what so few requests show is chance.
      for (let stage = 0; end.code === 6; stage += 1) {
        const [, words = ""] = /\| go on \| `slipway (.*?)` \|/.exec(end.summary) ?? [];
        expect(words).toContain(`--rollout-stage ${stage} `);
        const { code, err } = await say(...words.split(" "));
        if (stage === 0) expect(code, err).toBe(0);
        end = await released("asks", 10);
      }
      expectEnd(10, end, {
        ...{ code: 0, outcome: "promoted" },
        summary: `${idOf(10)}: promoted`,
        says: [/no evidence of harm at 2 %, 95 %/],
      });
    },
  ],
  [
    "1: what somebody else has taken the endpoint from",
    async () => {
      let moved: Promise<void> | undefined;
      const end = await released("slow", 11, applied, (said) => {
        if (said.includes(`${idOf(11)}: 2 % of traffic`)) moved ??= movesEndpoint();
      });
      await moved;
      expectEnd(11, end, {
        ...{ code: 1, outcome: "failed" },
        summary: `${idOf(11)}: failed`,
        says: [/the endpoint is left as it is/],
        told: "^::error title=failed::",
      });
    },
  ],
];

test.each(partOf(cases, 3))("%s", (_, run) => run());
