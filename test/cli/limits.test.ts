/** `slipway limits`, and the commands that hold a plan against limits: what is said is what is so. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { limitsInForce } from "../../src/aws/capacity-limits.ts";
import { applyPlan, readPlan } from "../../src/aws/plans.ts";
import { plan } from "../core/example.ts";
import { limiting, limitsFile } from "./plan-scenarios.ts";
import { holdsWhateverIsRefused } from "./refusals.ts";
import { folderWith, servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const served = servedEach();
const sample = "plans/chat-assistant.yml";

describe("with each call refused in turn", async () => {
  await holdsWhateverIsRefused(limiting);
});

test("limits are put in force as versions, with what differs and which plans are beyond them", async () => {
  const { aws, now } = await served();
  await applyPlan(aws, plan, new Date(now()).toISOString());

  const first = await say("limits", "apply", limitsFile(40));
  const dry = await say("limits", "apply", limitsFile(24), "--dry-run");
  const next = await say("limits", "apply", limitsFile(24));
  const again = await say("limits", "apply", limitsFile(24));

  expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^✔ version 1 is in force since 20/) });
  const differs = "ceilings.instancesPerEndpoint: 40 → 24\n";
  const beyond =
    "! the plan in force of chat-assistant: releaseTypes.major.inference: expected 24 instances at most at one time, by the limits of infra (ask #infra), found 28 at the peak of a major release\n";
  expect(dry).toMatchObject({ code: 0, out: `${differs}${beyond}` });
  expect(dry.err).toContain("version 2 would be in force; nothing was changed: this was a dry run\n");
  expect(next.out.startsWith(`${differs}${beyond}✔ version 2 is in force since 20`)).toBe(true);
  expect(again.out).toMatch(/^version 2 is in force unchanged, since 20/);
  expect(await limitsInForce(aws)).toMatchObject({
    version: 2,
    appliedBy: expect.stringContaining("arn:aws:"),
  });
});

test("limits are shown with who applied them, and none where there are none", async () => {
  await served();
  expect((await say("limits", "show")).out).toBe("no limits are in force in slipway-dev\n");
  await say("limits", "apply", limitsFile(40));

  const { out } = await say("limits", "show");

  expect(out).toMatch(/^# version 1, applied 20\S+ by arn:aws:\S+\nowner: infra\n/);
  expect(out).toContain("ceilings:\n  instancesPerEndpoint: 40\n");
});

test("a file with mistakes is told them, and nothing is changed", async () => {
  const { aws } = await served();
  const path = join(folderWith({ "limits.yml": "owner: infra\nceilings: { instances: 4 }\n" }), "limits.yml");

  const { code, err } = await say("limits", "apply", path);

  expect(code).toBe(64);
  expect(err).toMatch(/limits\.yml:2: ceilings\.instances: expected one of the keys instancesPerEndpoint/);
  expect(await limitsInForce(aws)).toBeUndefined();
  expect((await say("limits", "apply")).err).toMatch(/FILE: expected the file of the limits, found nothing/);
});

test("a plan beyond the limits in force is not applied, and told where", async () => {
  const { aws } = await served();
  await say("limits", "apply", limitsFile(24));

  const { code, err } = await say("plan", "apply", sample);

  expect(code).toBe(64);
  expect(err).toMatch(
    /✖ plans\/chat-assistant\.yml:23: releaseTypes\.major\.inference: expected 24 instances at most at one time, by the limits of infra \(ask #infra\), found 28/,
  );
  expect(err).toMatch(/nothing was changed\.\n$/);
  expect(await readPlan(aws, plan.model)).toBeUndefined();
  await say("limits", "apply", limitsFile(28));
  expect((await say("plan", "apply", sample)).code).toBe(0);
});

describe("slipway plan", () => {
  test("holds a plan against a file of limits, and tells a pipeline each breach at its line", async () => {
    const folder = folderWith({});
    const at = (name: string) => join(folder, name);
    const files = ["--junit", at("plan.xml"), "--sarif", at("plan.sarif"), "--annotations", "github"];

    const { code, err } = await say("plan", sample, "--limits", limitsFile(27), ...files);

    expect(code).toBe(64);
    expect(err).toMatch(
      /^::error file=plans\/chat-assistant\.yml,line=23,title=the plan has a mistake::releaseTypes\.major\.inference: expected 27 instances/,
    );
    expect(readFileSync(at("plan.xml"), "utf8")).toMatch(/failures="1".*infra \(ask #infra\)/s);
    const { runs } = JSON.parse(readFileSync(at("plan.sarif"), "utf8"));
    expect(runs[0].results).toMatchObject([
      {
        level: "error",
        locations: [
          {
            physicalLocation: { region: { startLine: 23 } },
            logicalLocations: [{ fullyQualifiedName: "releaseTypes.major.inference" }],
          },
        ],
      },
    ]);

    const within = await say("plan", sample, "--limits", limitsFile(28), ...files);

    expect(within.code).toBe(0);
    expect(within.err).toMatch(/within the limits of infra: .*limits\.yml/);
    expect(readFileSync(at("plan.xml"), "utf8")).toMatch(/failures="0"/);
  });

  test("tells a region that is not allowed, and mistakes of the file of limits", async () => {
    const text = 'owner: infra\ncontact: "#infra"\nallowed: { regions: [eu-central-1] }\n';
    const path = join(folderWith({ "limits.yml": text, "bad.yml": "owner: 3\n" }), "limits.yml");

    const elsewhere = await say("plan", sample, "--limits", path, "--region", "us-east-1");

    expect(elsewhere.code).toBe(64);
    expect(elsewhere.err).toContain("the deployment's region: expected eu-central-1, by the limits of infra");
    expect((await say("plan", sample, "--limits", path, "--region", "eu-central-1")).code).toBe(0);
    const bad = await say("plan", sample, "--limits", path.replace("limits.yml", "bad.yml"));
    expect(bad).toMatchObject({ code: 64, err: expect.stringMatching(/bad\.yml:1: owner: expected text/) });
  });

  test("goes by the limits in force with a stage", async () => {
    await served();
    await say("limits", "apply", limitsFile(20));

    const { code, err } = await say("plan", sample, "--stage", "dev");

    expect(code).toBe(64);
    expect(err).toContain("expected 20 instances at most at one time");
    await say("limits", "apply", limitsFile(40));
    expect((await say("plan", sample, "--stage", "dev")).err).toContain(
      "within the limits of infra: version 2 in force in slipway-dev",
    );
  });
});
