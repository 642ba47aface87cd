/** `slipway rehearse --compare`: a release beside others, in a table, as a document and on one page. */
import "./warm-threads.ts";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { comparedWith } from "../../src/cli/compared.ts";
import { BadUsage } from "../../src/cli/mistakes.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { plan } from "../core/example.ts";
import { say } from "./spoken.ts";

const world = { name: "healthy", spec: loadWorld("healthy") };
const beside = (...asked: string[]) =>
  comparedWith(asked, { plan, world, traffic: undefined }).map(({ name, plan: own, world: in_ }) => [
    name,
    own.rollout.strategy,
    in_.name,
  ]);

test("strategies are all others of the plan's rollout, each by its name, and none that comes down to another", () => {
  expect(beside("strategies")).toEqual([
    ["upfront", "upfront", "healthy"],
    ["sequential", "sequential", "healthy"],
    ["look-ahead", "look-ahead", "healthy"],
  ]);
});

test("worlds and plans may be mixed; the release itself is first", () => {
  expect(beside("late-fault")).toEqual([
    ["in healthy", "upfront", "healthy"],
    ["in late-fault", "upfront", "late-fault"],
  ]);
  expect(beside("no-quota", "test/data/plans/looking-ahead.yml")).toEqual([
    ["as planned", "upfront", "healthy"],
    ["in no-quota", "upfront", "no-quota"],
    ["test/data/plans/looking-ahead.yml", "look-ahead", "healthy"],
  ]);
});

test("what it is not is told, with what was probably meant", () => {
  expect(() => beside("late-falt")).toThrow(BadUsage);
  expect(() => beside("late-falt")).toThrow(
    '--compare: expected strategies, a world that ships or the file of a plan, found "late-falt"; did you mean late-fault?',
  );
});

test("a line for each, the worst one's code, and a page with each one's pictures on one time axis", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "slipway-")), "compared.html");
  const words = [
    "rehearse",
    "--world",
    "no-quota",
    "--compare",
    "bad-errors",
    "--compare",
    "no-capacity",
    "--quiet",
  ];

  const { code, out } = await say(...words, "--report", path);

  expect(code).toBe(2);
  expect(out).toMatch(/chat-assistant, 3 variants, seed 1/);
  expect(out).toMatch(/in no-quota +⊘ refused/);
  expect(out).toMatch(/in bad-errors +↩ rolled-back/);
  const page = readFileSync(path, "utf8");
  expect(page.match(/<article>/g)).toHaveLength(3);
  expect(page).toContain('data-chart="share-1"');
  const ends = [...page.matchAll(/data-chart="(\w+)-\d" data-from="[^"]*" data-to="([^"]*)"/g)];
  expect(new Set(ends.map(([, name, to]) => `${name} ${to}`)).size).toBe(
    new Set(ends.map(([, name]) => name)).size,
  );
  expect(page).toContain("in no-quota");
});

test("--json has each variant whole, by its name", async () => {
  const { out } = await say("rehearse", "--world", "no-quota", "--compare", "no-quota", "--quiet", "--json");

  expect(JSON.parse(out)).toMatchObject({
    variants: [
      { name: "in no-quota", outcome: "refused" },
      { name: "in no-quota", outcome: "refused" },
    ],
  });
});

test("all worlds are compared by themselves", async () => {
  const { code, err } = await say("rehearse", "--world", "all", "--compare", "strategies");

  expect([code, err.split("\n")[0]]).toEqual([
    64,
    "✖ --compare: expected no --world all beside it, found both",
  ]);
});
