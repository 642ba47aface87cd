/** Which deployment a command reaches: by flag, environment, slipway.yml or profile, and what is said when it cannot. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { readPlan } from "../../src/aws/plans.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import {
  folderWith,
  onlyEnvironment,
  type ServedAccount,
  serveAccount,
  twinEnvironment,
} from "./served-account.ts";
import { say } from "./spoken.ts";

const plan = join(process.cwd(), "plans/chat-assistant.yml");
const home = process.cwd();
const away = {
  ...rehearsedDeployment,
  stack: "slipway-prod",
  region: "us-east-1",
  stateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:slipway-prod-release",
};

let near: ServedAccount;
let far: ServedAccount;
beforeAll(async () => {
  near = await serveAccount();
  far = await serveAccount({ deployment: away });
});
afterAll(() => Promise.all([near.close(), far.close()]));
beforeEach(() => {
  process.chdir(folderWith({}));
});
afterEach(() => {
  process.chdir(home);
  near.mend();
  vi.unstubAllEnvs();
});

test("as the README has it, a plan is put in force in the twin's table, and the stack is shown before", async () => {
  onlyEnvironment(twinEnvironment(near.url));

  const { code, err } = await say("plan", "apply", plan);

  expect(code).toBe(0);
  expect(err).toBe(
    `stack slipway-dev in account 123456789012, eu-west-1, as arn:aws:iam::123456789012:user/twin, at ${near.url}\n`,
  );
  expect(await readPlan(near.aws, "chat-assistant")).toMatchObject({ model: "chat-assistant" });
});

describe("where a command goes", () => {
  const config = "[profile us]\nregion = us-east-1\naws_access_key_id = ofus\naws_secret_access_key = x\n";
  const profiles = () => ({ AWS_CONFIG_FILE: join(folderWith({ config }), "config") });
  const reached = (before: number) => [...new Set(far.signed.slice(before))];
  const freezing = ["freeze", "--reason", "a test"];

  it("is the profile's region, for every call of it", async () => {
    onlyEnvironment({ ...profiles(), AWS_PROFILE: "us", AWS_ENDPOINT_URL: far.url, SLIPWAY_STAGE: "prod" });
    const before = far.signed.length;

    const { code } = await say(...freezing);

    expect(code).toBe(0);
    expect(reached(before)).toEqual(
      ["sts", "cloudformation", "lambda"].map((each) => `ofus/us-east-1/${each}`),
    );
  });

  it("is the flag's before the environment's, and that before the file's", async () => {
    onlyEnvironment({ ...twinEnvironment(far.url), ...profiles(), SLIPWAY_STAGE: "test" });
    process.chdir(folderWith({ "slipway.yml": "stage: dev\nregion: eu-north-1\nprofile: none\n" }));
    const before = far.signed.length;

    const told = await say(...freezing, "--stage", "prod", "--region", "us-east-1", "--profile", "us");

    expect(told.err).toContain("stack slipway-prod in account 123456789012, us-east-1");
    expect(reached(before)[0]).toBe("ofus/us-east-1/sts");
  });

  it("is whoever a profile's process says, which is asked once", async () => {
    const folder = folderWith({});
    const [asked, config] = [join(folder, "asked"), join(folder, "config")];
    const answer = JSON.stringify({ Version: 1, AccessKeyId: "ofprocess", SecretAccessKey: "x" });
    writeFileSync(join(folder, "answer"), answer);
    const process_ = `sh -c "echo once >> ${asked}; cat ${folder}/answer"`;
    writeFileSync(config, `[profile login]\nregion = us-east-1\ncredential_process = ${process_}\n`);
    onlyEnvironment({ AWS_CONFIG_FILE: config, AWS_ENDPOINT_URL: far.url, SLIPWAY_STAGE: "prod" });
    const before = far.signed.length;

    const { code } = await say("plan", "apply", plan, "--profile", "login");

    expect(code).toBe(0);
    expect([...new Set(far.signed.slice(before).map((each) => each.split("/")[0]))]).toEqual(["ofprocess"]);
    expect(readFileSync(asked, "utf8")).toBe("once\n");
  });

  it("is the environment's where credentials are set there, whatever profile a slipway.yml names", async () => {
    const { AWS_REGION: _, AWS_DEFAULT_REGION: __, SLIPWAY_STAGE: ___, ...keys } = twinEnvironment(far.url);
    onlyEnvironment(keys);
    const folder = folderWith({ "slipway.yml": "stage: prod\nregion: us-east-1\nprofile: us\n" });
    mkdirSync(join(folder, "models"));
    process.chdir(join(folder, "models"));
    const before = far.signed.length;

    expect((await say(...freezing)).code).toBe(0);
    expect(reached(before)[0]).toBe("twin/us-east-1/sts");
  });

  it("is not another region that happens to answer", async () => {
    onlyEnvironment(twinEnvironment(far.url));

    const { code, err } = await say(...freezing, "--stage", "prod");

    expect(code).toBe(1);
    expect(err).toContain(
      "stack slipway-prod: expected it in account 123456789012, region eu-west-1, found it in account 123456789012, region us-east-1",
    );
  });
});

/** Every command that reaches an account, with what it needs besides. */
const commands: readonly (readonly string[])[] = [
  ["plan", "apply", plan],
  ["stop", "chat-assistant-v7-production"],
  ["rollback", "chat-assistant-v7-production"],
  ["approve", "chat-assistant-v7-production"],
  ["freeze", "--reason", "a test"],
  ["freeze", "--lift"],
  ["status"],
  ["free", "endpoint/chat-assistant", "--reason", "a test"],
];

describe.each(commands.map((each) => [each.filter((word) => word !== plan).join(" "), each] as const))(
  "slipway %s",
  (_name, command) => {
    const mistakes: readonly (readonly [string, Record<string, string | undefined>, number, RegExp])[] = [
      ["no stage", { SLIPWAY_STAGE: "" }, 64, /^✖ --stage: expected the stage that was deployed/],
      ["a stage that is none", { SLIPWAY_STAGE: "a b" }, 64, /^✖ --stage: expected letters.*"a b"/],
      [
        "another stage",
        { SLIPWAY_STAGE: "prod" },
        1,
        /^✖ stack slipway-prod: expected it in account 123456789012, region eu-west-1, found none there.*npx osls deploy --stage prod --region eu-west-1$/m,
      ],
      [
        "no region",
        { AWS_REGION: "", AWS_DEFAULT_REGION: "" },
        64,
        /^✖ --region: expected a region such as eu-west-1, found none/,
      ],
      [
        "no such region",
        { AWS_REGION: "europe" },
        64,
        /^✖ --region: expected a region such as eu-west-1, found "europe"$/m,
      ],
      [
        "no credentials",
        { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" },
        1,
        /^✖ credentials: expected some, found none: give --profile, AWS_PROFILE/,
      ],
      [
        "a profile that is none",
        { AWS_PROFILE: "nope", AWS_ACCESS_KEY_ID: "" },
        1,
        /^✖ profile nope: expected credentials under this name/,
      ],
      [
        "nobody at the endpoint",
        { AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
        1,
        /^✖ http:\/\/127\.0\.0\.1:9, which AWS_ENDPOINT_URL names, cannot be reached \(ECONNREFUSED\)/,
      ],
      [
        "an endpoint that is no URL",
        { AWS_ENDPOINT_URL: "the twin" },
        64,
        /^✖ AWS_ENDPOINT_URL: expected a URL such as http:\/\/127\.0\.0\.1:4566, found "the twin"$/m,
      ],
      [
        "an endpoint of one service that is no URL",
        { AWS_ENDPOINT_URL_SFN: "localhost:4566" },
        64,
        /^✖ AWS_ENDPOINT_URL_SFN: expected a URL/,
      ],
    ];

    it.each(mistakes)(
      "with %s says so in one line, and asks for nothing else",
      async (_what, settings, code, message) => {
        onlyEnvironment({ ...twinEnvironment(near.url), ...(settings as Record<string, string>) });
        const before = near.calls.length;

        const told = await say(...command);

        expect(told.code).toBe(code);
        expect(told.out).toBe("");
        expect(told.err).toMatch(message);
        expect(told.err.match(/✖/g)).toHaveLength(1);
        expect(
          near.calls.slice(before).filter(({ service }) => !["sts", "cloudformation"].includes(service)),
        ).toEqual([]);
      },
    );
  },
);

describe("what stands between a command and its stack", () => {
  it.each([
    ["GetCallerIdentity", "ExpiredToken", /have expired: renew them, for one by aws sso login/],
    [
      "GetCallerIdentity",
      "InvalidClientTokenId",
      /are not accepted by AWS in eu-west-1: InvalidClientTokenId/,
    ],
    ["DescribeStacks", "AccessDenied", /may not call cloudformation:DescribeStacks of slipway-dev/],
    [
      "DescribeStacks",
      "InternalFailure",
      /answered cloudformation:DescribeStacks of slipway-dev with InternalFailure/,
    ],
  ])("is said: %s answers %s", async (operation, name, message) => {
    onlyEnvironment(twinEnvironment(near.url));
    near.fail(operation, new AwsError(name, "no", { statusCode: 403 }), 9);

    const { code, err } = await say("freeze", "--reason", "a test");

    expect(code).toBe(1);
    expect(err).toMatch(message);
  });

  it("is a server that is no AWS", async () => {
    const server = createServer(
      (_request, response) => void response.writeHead(404).end("<html>not here</html>"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onlyEnvironment(twinEnvironment(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

    const { code, err } = await say("freeze", "--reason", "a test");
    server.close();

    expect(code).toBe(1);
    expect(err).toMatch(/^✖ http:\/\/127\.0\.0\.1:\d+ answered sts:GetCallerIdentity with /);
  });

  it("is a stack that an older version deployed", async () => {
    const older = await serveAccount({ deployment: { ...rehearsedDeployment, scheduleGroup: "" } });
    onlyEnvironment(twinEnvironment(older.url));

    const { code, err } = await say("freeze", "--reason", "a test");
    await older.close();

    expect(code).toBe(1);
    expect(err).toContain(
      "stack slipway-dev: expected its output ScheduleGroup, found nothing (the stack is CREATE_COMPLETE); deploy it again",
    );
  });

  it("is a slipway.yml with a key that there is not", async () => {
    onlyEnvironment(twinEnvironment(near.url));
    process.chdir(folderWith({ "slipway.yml": "stage: dev\nregoin: eu-west-1\n" }));

    const { code, err } = await say("freeze", "--reason", "a test");

    expect(code).toBe(64);
    expect(err).toContain(
      'slipway.yml:2: regoin: expected a known key, found "regoin"; did you mean region?',
    );
  });
});
