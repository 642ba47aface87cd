/** `slipway doctor`: what is amiss is said by name, with what to do; nothing is changed, whatever may not be looked at. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RegisterScalableTargetCommand } from "@aws-sdk/client-application-auto-scaling";
import { PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  UpdateEndpointWeightsAndCapacitiesCommand,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import { stringify } from "yaml";
import { AwsError } from "#twin/vocabulary";
import { parsePlan } from "../../src/core/plan/file.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Readiness } from "../../src/core/release/readiness.ts";
import { brieflyTested, leaning, plan } from "../core/example.ts";
import { kept } from "./lock-scenarios.ts";
import {
  folderWith,
  onlyEnvironment,
  type ServedAccount,
  serveAccount,
  twinEnvironment,
} from "./served-account.ts";
import { say } from "./spoken.ts";

const accounts: ServedAccount[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const account of accounts.splice(0)) await account.close();
});

/** Whose clock is this machine's, with hours of metrics behind it. */
async function served(of?: Plan): Promise<ServedAccount> {
  const hours = 3;
  const account = await serveAccount({
    startMs: Date.now() - hours * 3_600_000,
    ...(of !== undefined && { plan: of }),
  });
  accounts.push(account);
  account.wait(hours * 60);
  onlyEnvironment(twinEnvironment(account.url));
  return account;
}

const fileOf = (changes: Partial<Plan>): string =>
  join(folderWith({ "plan.yml": stringify({ ...plan, ...changes }) }), "plan.yml");

interface Diagnosed {
  readonly code: number;
  readonly findings: ReadonlyMap<string, Readiness>;
  readonly amiss: readonly string[];
}

async function diagnosed(...args: readonly string[]): Promise<Diagnosed> {
  const { code, out } = await say("doctor", ...args, "--json");
  const { well, examined } = JSON.parse(out) as {
    well: boolean;
    examined: readonly { about: string; findings: readonly Readiness[] }[];
  };
  const findings = new Map(examined.flatMap((one) => one.findings).map((one) => [one.what, one]));
  const amiss = [...findings.values()].filter(({ state }) => state === "amiss");
  expect(well).toBe(code === 0);
  expect(amiss.filter(({ advice }) => advice === undefined)).toEqual([]);
  return { code, findings, amiss: amiss.map(({ what }) => what) };
}

const sample = "plans/chat-assistant.yml";

describe("of an account in which a release could begin", () => {
  it("says so, in a line for each thing, and exits with 0", async () => {
    await served();
    await say("plan", "apply", sample);

    const { code, out, err } = await say("doctor", sample);

    expect(code).toBe(0);
    expect(err).toMatch(/^stack slipway-dev in account 123456789012/);
    for (const line of [
      /^✔ account {8}123456789012, eu-west-1, as arn:aws:iam::123456789012:user\/twin$/m,
      /^✔ plan {11}is in force since 20.* by arn:.*,\s+as plans\/chat-assistant.yml has it$/m,
      /^✔ schedules {6}1 as the plan has them$/m,
      /^✔ endpoint {7}chat-assistant is InService with 8 ml.g5.xlarge$/m,
      /^✔ kind {11}is one that a release can handle$/m,
      /^✔ version {8}v7 is approved; v6 serves$/m,
      /^✔ quota {10}8 ml.g5.xlarge for the candidate, 24 ml.g5.xlarge at its peak, \$22.57$/m,
      /^✔ metrics {8}all \d+ that the plan's KPIs are made of have reported in the last day$/m,
      /^– sweep {10}nothing shows it without the alarm slipway-dev-SweepPausedAlarm-…$/m,
      /^Nothing is amiss\.$/m,
    ])
      expect(out).toMatch(line);
  });

  it("looks at every plan in force where none is given", async () => {
    await served();
    await say("plan", "apply", sample);
    await say("plan", "apply", fileOf({ model: "other" }));

    const { out } = await say("doctor");

    expect(out).toMatch(/\nchat-assistant\n/);
    expect(out).toMatch(/\nother\n/);
  });

  it("changes nothing", async () => {
    const { calls } = await served();
    await say("plan", "apply", sample);
    const before = calls.length;

    await say("doctor", sample);
    await say("doctor");

    const writes = calls
      .slice(before)
      .filter(({ operation }) => !/^(Describe|Get|List|Query|Scan)/.test(operation));
    expect(calls.length).toBeGreaterThan(before + 30);
    expect(writes).toEqual([]);
  });
});

/** Whose test under load sends what nobody has put there. */
const tested = fileOf({
  loadTest: { ...brieflyTested, payloads: { manifest: "s3://pictures/all.manifest" } },
});
const larger = fileOf({ requirements: { ...plan.requirements, peakRequestsPerSecond: 68 } });

/** What is done to an account in which all is well, and the one thing that is amiss then. */
const troubles: Readonly<
  Record<
    string,
    { do: (account: ServedAccount) => Promise<unknown>; is: string; found: RegExp; args?: () => string }
  >
> = {
  "a file that says otherwise": {
    do: async () => undefined,
    args: () => fileOf({ budget: { ...plan.budget, usdPerRelease: 150 } }),
    is: "plan",
    found: /differs from what is in force .* in one value: budget.usdPerRelease$/,
  },
  "an endpoint that moves": {
    do: ({ aws }) =>
      aws.sagemaker.send(
        new UpdateEndpointWeightsAndCapacitiesCommand({
          EndpointName: plan.endpoint.name,
          DesiredWeightsAndCapacities: [{ VariantName: "v6", DesiredInstanceCount: 9 }],
        }),
      ),
    is: "endpoint",
    found: /chat-assistant is Updating/,
  },
  "scaling that somebody suspended": {
    do: ({ aws }) => scale(aws, { SuspendedState: { DynamicScalingInSuspended: true } }),
    is: "scaling",
    found: /is suspended in part: in;/,
  },
  "scaling that stops below the peak": {
    do: async ({ aws }) => {
      await scale(aws, { MinCapacity: 8, MaxCapacity: 8 });
      await say("plan", "apply", larger);
    },
    args: () => larger,
    is: "scaling",
    found: /goes to 8 instances at most, and the planned peak takes 9/,
  },
  "a quota that is too small": {
    do: async ({ world }) => {
      type Quota = { use: string; instances: number };
      for (const quota of world.quotas as unknown as Quota[])
        if (quota.use === "endpoint") quota.instances = 20;
    },
    is: "quota",
    found: /the release needs 24 ml.g5.xlarge at its peak, the account's quota is 20/,
  },
  "another plan on its endpoint": {
    do: () => say("plan", "apply", fileOf({ model: "other" })),
    is: "other plans",
    found: /^endpoint\/chat-assistant is named by the plans of chat-assistant and other: whatever one/,
  },
  "requests of a test under load that are not there": {
    do: () => say("plan", "apply", tested),
    args: () => tested,
    is: "payloads",
    found: /^loadTest\.payloads: s3:\/\/pictures\/all\.manifest cannot be read/,
  },
  "an alarm of the stack's that rings": {
    do: ({ aws }) => alarm(aws, "slipway-dev-RemainderAlarm-1ABC", "ALARM"),
    is: "alarms",
    found: /in ALARM: slipway-dev-RemainderAlarm-1ABC/,
  },
  "a sweep that nobody starts": {
    do: ({ aws }) => alarm(aws, "slipway-dev-SweepPausedAlarm-1ABC", "ALARM"),
    is: "sweep",
    found: /was not started for half an hour/,
  },
  "alarms that tell nobody": {
    do: ({ aws }) => alarm(aws, "slipway-dev-RemainderAlarm-1ABC", "OK", false),
    is: "alarms",
    found: /nobody would hear of them/,
  },
  "a freeze": {
    do: () => say("freeze", "chat-assistant", "--reason", "peak"),
    is: "freezes",
    found: /frozen by .* until lifted: peak/,
  },
  "a lock that is kept": { do: kept, is: "lock", found: /could not put everything back, and keeps it/ },
};

type Aws = ServedAccount["aws"];
const scale = (aws: Aws, to: Partial<RegisterScalableTargetCommand["input"]>) =>
  aws.scaling.send(
    new RegisterScalableTargetCommand({
      ServiceNamespace: "sagemaker",
      ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
      ResourceId: "endpoint/chat-assistant/variant/v6",
      ...to,
    }),
  );

async function alarm(aws: Aws, AlarmName: string, StateValue: "OK" | "ALARM", ActionsEnabled = true) {
  const what = { Namespace: "Slipway", MetricName: "X", Statistic: "Sum", Period: 60 } as const;
  const when = { EvaluationPeriods: 1, Threshold: 1, ComparisonOperator: "GreaterThanThreshold" } as const;
  await aws.cloudwatch.send(new PutMetricAlarmCommand({ AlarmName, ActionsEnabled, ...what, ...when }));
  await aws.cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "test" }));
}

describe("of an account in which one thing is amiss", () => {
  it.each(Object.entries(troubles))(
    "says so: %s",
    async (_, { do: make, is, found, args = () => sample }) => {
      const account = await served();
      await say("plan", "apply", sample);
      await make(account);

      const { code, amiss, findings } = await diagnosed(args());

      expect({ code, amiss }).toEqual({ code: 1, amiss: [is] });
      expect(findings.get(is)?.found).toMatch(found);
    },
  );

  it("says what a plan names that is not there: a type, a metric, an alarm", async () => {
    await served();
    const path = fileOf({
      alarms: ["nobody-made-it"],
      endpoint: { ...plan.endpoint, instanceType: "ml.g5.2xlarge" },
      releaseTypes: {
        minor: { inference: { instanceType: "ml.g5.2xlarge", requestsPerSecondPerInstance: 16 } },
      },
      kpis: [
        ...plan.kpis,
        {
          ...{ kind: "custom", name: "clicks", tolerance: 0, weight: undefined },
          bad: { namespace: "Feed", metric: "Unclicked", dimensions: {} },
          total: { namespace: "Feed", metric: "Shown", dimensions: {} },
        },
      ],
    });
    await say("plan", "apply", path);

    const { amiss, findings } = await diagnosed(path);

    expect(amiss).toEqual(["kind", "metrics", "plan's alarms"]);
    expect(findings.get("kind")?.found).toContain("ml.g5.xlarge");
    expect(findings.get("metrics")?.found).toMatch(
      /^Feed Shown \(.*\) has not reported in the last day; Feed Unclicked/,
    );
    expect(findings.get("plan's alarms")?.found).toBe("alarm nobody-made-it does not exist");
  });

  it("misses a version only where a date waits for one", async () => {
    const { aws } = await served();
    const ModelPackageArn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/7";
    await aws.sagemaker.send(
      new UpdateModelPackageCommand({ ModelPackageArn, ModelApprovalStatus: "Rejected" }),
    );
    const when = { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "on-date" } as const;
    const dated = fileOf({ milestones: { production: { when } } });

    await say("plan", "apply", sample);
    const byApproval = await diagnosed(sample);
    await say("plan", "apply", dated);
    const byDate = await diagnosed(dated);

    expect(byApproval.findings.get("version")).toMatchObject({
      state: "unseen",
      found: "none newer than that is approved; v6 serves",
    });
    expect({ code: byApproval.code, amiss: byDate.amiss }).toEqual({ code: 0, amiss: ["version"] });
  });

  it("says what a plan leans on that is not there", async () => {
    await served(leaning);
    const path = "test/data/plans/leaning.yml";
    const text = readFileSync(path, "utf8");
    const other = join(
      folderWith({ "plan.yml": text.replace("service: features", "service: nobody") }),
      "plan.yml",
    );
    await say("plan", "apply", path);
    const all = await diagnosed(path);
    await say("plan", "apply", other);
    const lacking = await diagnosed(other);

    expect(all.amiss).toEqual([]);
    expect(all.findings.get("alongside")?.found).toBe("all 4 that the plan leans on can be raised");
    expect(lacking.amiss).toEqual(["alongside"]);
    expect(lacking.findings.get("alongside")?.found).toMatch(/nobody does not exist/);
  });

  it("knows no plan, and no endpoint", async () => {
    await served();

    const none = await diagnosed();
    const nowhere = await diagnosed(fileOf({ endpoint: { ...plan.endpoint, name: "nowhere" } }));

    expect(none).toMatchObject({ code: 1, amiss: ["plan"] });
    expect(none.findings.get("plan")?.found).toBe("none is in force in slipway-dev");
    expect(nowhere).toMatchObject({ code: 1, amiss: ["plan", "endpoint"] });
    expect(nowhere.findings.get("the rest")?.state).toBe("unseen");
  });

  it("tells why a deployment cannot be reached, and what a stage is missing as bad usage", async () => {
    await served();

    const elsewhere = await diagnosed(sample, "--stage", "prod");
    vi.stubEnv("SLIPWAY_STAGE", undefined);
    const nowhere = await say("doctor", sample);

    expect(elsewhere).toMatchObject({ code: 1, amiss: ["account and stack"] });
    expect(elsewhere.findings.get("account and stack")?.found).toMatch(
      /stack slipway-prod: expected it in account 123456789012/,
    );
    expect(nowhere.code).toBe(64);
  });
});

test("whatever may not be looked at is told by name, and the rest is looked at all the same", async () => {
  const here = await served();
  await say("plan", "apply", sample);
  const first = here.calls.length;
  await say("doctor", sample);
  const calls = here.calls.slice(first).map(({ service, operation }) => `${service}.${operation}`);

  for (const [nth, call] of calls.entries()) {
    here.failNth(nth + 1, new AwsError("AccessDeniedException", "not allowed", { statusCode: 400 }));
    const { code, out } = await say("doctor", sample);
    here.mend();

    // Other endpoints that may not be looked at are not counted, and the history is not needed: both are told.
    const isTold =
      /✖ .*(could not be looked\s+at|may not call)|(could|may)\s+not be read|not counted|of the\s+default group/s.test(
        out,
      );
    expect({ call, isTold, isDefect: out.includes("slipway failed") }).toEqual({
      call,
      isTold: true,
      isDefect: false,
    });
    expect(code).toBe(/✖/.test(out) ? 1 : 0);
  }
  expect(calls.length).toBeGreaterThan(25);
});

test("a narrow page has no column", async () => {
  await served();
  const { out } = await say("doctor", sample);

  expect(out.split("\n").filter((line) => line.length > 100)).toEqual([]);
});

describe("of metrics that quality is watched by", () => {
  const file = "test/data/plans/watched-quality.yml";
  const read = parsePlan(readFileSync(file, "utf8"), file);
  if (!read.ok) throw new Error(`expected a plan, found ${JSON.stringify(read.mistakes)}`);
  const { plan: watched } = read;

  it("says of how many days they are known", async () => {
    await served(watched);

    const { findings } = await diagnosed(file);

    expect(findings.get("quality")).toMatchObject({
      state: "well",
      found: expect.stringMatching(
        /^accuracy is known of [345]\d of the last 56 days; answers-thrown-away is known of [345]\d /,
      ),
    });
  });

  it("says which of them nobody publishes, and what follows from that", async () => {
    await served(watched);
    const misspelt = readFileSync(file, "utf8").replace("metric: Accuracy", "metric: Acuracy");
    const other = join(folderWith({ "plan.yml": misspelt }), "plan.yml");

    const { findings, code } = await diagnosed(other);

    expect(code).toBe(1);
    expect(findings.get("quality")).toMatchObject({
      state: "amiss",
      found: "accuracy is known of 0 of the last 56 days",
      advice: expect.stringMatching(/below 14 days nothing can be said/),
    });
  });

  it("says nothing of a plan without", async () => {
    await served();

    expect((await diagnosed(sample)).findings.has("quality")).toBe(false);
  });
});
