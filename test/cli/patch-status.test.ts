/** `slipway patch-status` against an account on a port: which models serve from images that are behind. */
import { expect, test } from "vitest";
import { applyPlan } from "../../src/aws/plans.ts";
import { plan, planIn } from "../core/example.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";
import { sayOn, tooWide } from "./widths.ts";

const serve = servedEach();
const at = "2026-11-01T09:00:00.000Z";

async function inForce(security: object, limits: object = {}) {
  // The command goes by this machine's clock.
  const account = await serve({ spec: { security }, startMs: Date.now() });
  const gates = { profile: "none" as const, deadlineMinutes: 120, limits };
  await applyPlan(account.aws, { ...plan, gates }, at);
  return account;
}
test("one within its plan's limits is counted, and nothing is changed", async () => {
  const account = await inForce({});
  const before = account.writes().length;

  const { code, out } = await say("patch-status");

  expect(code).toBe(0);
  expect(out).toBe("  ✔ 1 model within its plan's limits\n");
  expect(account.writes()).toHaveLength(before);
});

test("one that is behind is told first: which fleet, what was found and expected, and what to do", async () => {
  const { aws } = await inForce({ imageAgeDays: { serving: 300 } }, { maxImageAgeDays: 60 });
  const other = { ...planIn("test/data/plans/patched.yml"), gates: undefined };
  await applyPlan(aws, { ...other, endpoint: { ...other.endpoint, name: "nowhere" } }, at);

  const { code, out } = await say("patch-status");
  const { models } = JSON.parse((await say("patch-status", "--json")).out);
  const told = out.replaceAll(/\s+/g, " ");

  expect(code).toBe(1);
  expect(told).toMatch(
    /✖ chat-assistant, on chat-assistant v6, image-age: expected an image pushed at most 60 days ago; found pushed 300 days ago; to do: build the image anew on a patched base, and register a version with it no patch release is planned: milestones\.patch/,
  );
  expect(told).toMatch(
    /✖ claims-patcher, on nowhere not known: endpoint nowhere: .* the next date of its patch releases: \d{4}-\d\d-0\d 10:00 UTC/,
  );
  expect(told).not.toContain("vulnerabilities");
  expect(
    models.map(({ model, isBehind }: { model: string; isBehind: boolean }) => [model, isBehind]),
  ).toEqual([
    ["chat-assistant", true],
    ["claims-patcher", true],
  ]);
  expect(models[0].fleets).toHaveLength(1);
  const page = await sayOn({ isTTY: true, width: 60 }, "patch-status");
  expect(tooWide(page.out, { width: 60 })).toEqual([]);
});

test("findings of what serves, and a registry that does not answer, are behind", async () => {
  const found = { findings: [{ of: "serving", severity: "critical", count: 2 }] };
  const account = await inForce(found);
  expect((await say("patch-status")).out.replaceAll(/\s+/g, " ")).toMatch(
    /v6, vulnerabilities: expected at most 0 critical, .*; found 2 critical, .*; to do: register a version/,
  );

  account.fail("DescribeImages", Object.assign(new Error("slow down"), { name: "ThrottlingException" }), 99);
  const refused = await say("patch-status");
  expect(refused.code).toBe(1);
  expect(refused.out).toMatch(/not\s+known:\s+image/);
});

test("without a plan there is nothing to look at", async () => {
  await serve();

  expect(await say("patch-status")).toMatchObject({ code: 0, out: "no plan is in force in slipway-dev\n" });
});
