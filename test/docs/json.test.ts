/** What commands print with `--json` is what its schema says, and nothing beside it; docs/JSON.md has every key. */
import "../cli/warm-threads.ts";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { stringify } from "yaml";
import type { Documents } from "../../scripts/docs/documents.ts";
import { keepPast } from "../../src/aws/history.ts";
import { note } from "../../src/aws/journal.ts";
import { noteLease } from "../../src/aws/leases.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { holding } from "../aws/releases.ts";
import { changed, minimumBy, minimumUntold, raised } from "../cli/audited-account.ts";
import { keepEvidence } from "../cli/kept-evidence.ts";
import { kept } from "../cli/lock-scenarios.ts";
import { baking } from "../cli/order-scenarios.ts";
import { folderWith, servedEach } from "../cli/served-account.ts";
import { say } from "../cli/spoken.ts";
import { briefPlan, withStaging } from "../cli/staging-account.ts";
import { plan } from "../core/example.ts";
import { lookedBack } from "../core/release/looked-back.ts";
import { complaints } from "./complaints.ts";

const serve = servedEach();
const chat = "plans/chat-assistant.yml";
const byItself: readonly (readonly [name: keyof Documents, words: readonly string[]])[] = [
  ["rehearse", ["rehearse", chat, "--world", "late-fault", "--quiet"]],
  ["plan", ["plan", chat]],
  ["plan", ["plan", "test/data/plans/leaning.yml"]],
  ["plan", ["plan", "test/data/plans/staged.yml"]],
  ["calendar", ["calendar", chat]],
];

test.each(byItself)("%s: what `slipway %s` prints", async (name, words) => {
  const { out } = await say(...words, "--json");

  expect(complaints(name, out)).toEqual([]);
});

test("forecast, by a recording of two days", async () => {
  const rows = Array.from({ length: 2 * 1440 }, (_, minute) => `${minute},${600 + (minute % 1440)}`);
  const path = join(folderWith({ "days.csv": rows.join("\n") }), "days.csv");

  const { code, out } = await say("forecast", chat, "--traffic", path, "--json");

  expect(code).toBe(0);
  expect(complaints("forecast", out)).toEqual([]);
});

describe("in an account", () => {
  const releaseId = "chat-assistant-v7-production";

  test("report, of a release under way", async () => {
    const account = await serve();
    await holding(account);
    await note(account.tools, releaseId, { kind: "news", state: "opened" });

    const { out } = await say("report", releaseId, "--json");

    expect(complaints("report", out)).toEqual([]);
  });

  test("emit, of a release whose stage asks, and of one that starts", async () => {
    const account = await serve();
    await baking(account);
    const asks = await say("emit", chat, "--version", "7", "--wait", "--json");
    const starts = await say("emit", chat, "--version", "8", "--json");

    expect([asks.code, starts.code]).toEqual([6, 0]);
    expect(complaints("emit", asks.out)).toEqual([]);
    expect(complaints("emit", starts.out)).toEqual([]);
  });

  test("status, of one that left something, beside a lease", async () => {
    const account = await serve();
    await kept(account);
    await noteLease(account.aws, { releaseId: "chat-assistant-training", until: "2026-11-23T12:00:00Z" });

    expect(complaints("status", (await say("status", "--json")).out)).toEqual([]);
  });

  test("plan, with what the account leaves and what is in its way", async () => {
    await serve({ spec: { quotaPercent: 50 } });

    const { out } = await say("plan", chat, "--stage", "dev", "--json");

    expect(JSON.parse(out)).toMatchObject({
      quotas: expect.anything(),
      ahead: { conflicts: expect.anything() },
    });
    expect(complaints("plan", out)).toEqual([]);
  });

  test("history, its summary, and the reverts of status", async () => {
    const { aws } = await serve();
    await applyPlan(aws, plan, "2026-11-01T09:00:00.000Z");
    const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
    const of = { model: plan.model, milestone: "production", attempt: 1, left: 0, reason: "" } as const;
    for (const version of [5, 6])
      await keepPast(aws, {
        ...{ ...of, releaseId: `v${version}`, version, releaseType: "minor", outcome: "promoted" },
        ...{ openedAt: daysAgo(9 - version), closedAt: daysAgo(9 - version), lateMinutes: 3 },
        launch: {
          ...{ of: "endpoint", instances: { "ml.g5.xlarge": 16 } },
          ...{ askedAt: daysAgo(9 - version), missingAt: daysAgo(9 - version - 0.01) },
        },
        retrospective: lookedBack,
      });

    expect(complaints("history", (await say("history", "--json")).out)).toEqual([]);
    const offered = await say("offerings", "test/data/plans/reserved.yml", "--json");
    expect(complaints("offerings", offered.out)).toEqual([]);
    expect(complaints("learned", (await say("learned", "--json")).out)).toEqual([]);
    expect(complaints("history-summary", (await say("history", "--summary", "--json")).out)).toEqual([]);
    expect(
      complaints("costs", (await say("costs", "--month", daysAgo(9).slice(0, 7), "--json")).out),
    ).toEqual([]);
    expect(complaints("status", (await say("status", "--reverts", "--json")).out)).toEqual([]);
  });

  test("loadtest, of an endpoint that nobody calls", async () => {
    await withStaging(await serve());

    const { out } = await say("loadtest", briefPlan(), "--endpoint", "chat-staging", "--json");

    expect(complaints("loadtest", out)).toEqual([]);
  });

  test("doctor", async () => {
    const { aws } = await serve();
    await applyPlan(aws, plan, "2026-11-01T09:00:00.000Z");

    expect(complaints("doctor", (await say("doctor", "--json")).out)).toEqual([]);
  });

  test("audit, reconciled, with a change from outside and one that nobody told of", async () => {
    const account = await serve();
    await changed(account, [raised(7), raised(8)]);
    await minimumBy(account, "TWIN.ann", 3);
    await minimumUntold(account, 4);
    account.wait(40);
    vi.spyOn(Date, "now").mockReturnValue(account.now());
    const { out } = await say("audit", "--endpoint", "chat-assistant", "--reconcile", "--json");
    vi.restoreAllMocks();

    expect(complaints("audit", out)).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ reconciled: { outside: [{}], untold: [{}] } });
  });

  test("evidence, of which a number is missing", async () => {
    const account = await serve();
    await keepEvidence(account, 4);
    const { objects } = account.world.state;
    for (const path of [...objects.keys()].filter((each) => each.endsWith("0000000002.json")))
      objects.delete(path);

    const { out } = await say("evidence", "verify", "chat-assistant", "--json");
    expect(complaints("evidence", out)).toEqual([]);
  });

  test("patch-status, of one that is behind and one that is not there", async () => {
    const { aws } = await serve({ spec: { security: { imageAgeDays: { serving: 400 } } } });
    await applyPlan(aws, plan, "2026-11-01T09:00:00.000Z");
    const other = { ...plan, model: "nobody", endpoint: { ...plan.endpoint, name: "nowhere" } };
    await applyPlan(aws, other, "2026-11-01T09:00:00.000Z");

    expect(complaints("patch-status", (await say("patch-status", "--json")).out)).toEqual([]);
  });

  test("digest, of a plan whose production comes", async () => {
    const { aws } = await serve();
    const when = { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "ahead" } as const;
    await applyPlan(aws, { ...plan, milestones: { production: { when } } }, "2026-11-01T09:00:00.000Z");

    const { out } = await say("digest", "--json");

    expect((JSON.parse(out) as Documents["digest"]).coming.length).toBeGreaterThan(0);
    expect(complaints("digest", out)).toEqual([]);
  });

  test("calendar, with plans that are in each other's way", async () => {
    const { aws } = await serve();
    const when = { cron: "cron(0 9 ? * TUE *)", timeZone: "UTC", start: "ahead" } as const;
    const dated = { ...plan, milestones: { production: { when } } };
    const endpoint = { ...plan.endpoint, name: "chat-other" };
    await applyPlan(aws, dated, "2026-11-01T09:00:00.000Z");
    const other = join(
      folderWith({ "plan.yml": stringify({ ...dated, model: "chat-other", endpoint }) }),
      "plan.yml",
    );

    const { out } = await say("calendar", other, "--stage", "dev", "--json");

    expect((JSON.parse(out) as Documents["calendar"]).conflicts.length).toBeGreaterThan(0);
    expect(complaints("calendar", out)).toEqual([]);
  });
});

test("a key that no schema has is told", () => {
  expect(complaints("history", '{"past":[],"bounds":[],"quality":[],"spikes":[],"news":1}')).toEqual([
    ': must NOT have additional properties {"additionalProperty":"news"}',
  ]);
});

test("docs/JSON.md has a section for each schema, and every key in it", () => {
  const page = readFileSync("docs/JSON.md", "utf8");
  const told = new Set([...page.matchAll(/^\| `([^`]+)`/gm)].map(([, path = ""]) => path.split(".").at(-1)));
  const names = new Set<string>();
  const walk = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    for (const name of Object.keys((node as { properties?: object }).properties ?? {})) names.add(name);
    for (const each of Object.values(node)) walk(each);
  };
  const files = readdirSync("docs/schemas");

  for (const file of files) {
    expect(page).toContain(`\n### ${file.replace(".json", "")}\n`);
    walk(JSON.parse(readFileSync(join("docs/schemas", file), "utf8")));
  }

  expect(files).toHaveLength(20);
  expect([...names].filter((name) => !told.has(name))).toEqual([]);
});
