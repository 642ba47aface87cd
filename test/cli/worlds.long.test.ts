/** `slipway rehearse --world all`, as a person sees it. */
import { expect, it } from "vitest";
import { worldNames } from "../../src/rehearsal/worlds/load.ts";
import { say } from "./spoken.ts";

it("is a table, says why what was not promoted was not, and exits with the code of the worst", async () => {
  const { code, out, err } = await say("rehearse", "--world", "all", "--seed", "3", "--quiet");

  expect(code).toBe(2);
  expect(err).toBe("");
  for (const name of worldNames())
    expect(out).toMatch(new RegExp(`^  ${name} +[✔↩⊘] [a-z-]+ +.*\\$\\d+\\.\\d\\d .*·$`, "m"));
  expect(out).toMatch(/^ {2}no-quota +the release needs 24 ml\.g5\.xlarge at its peak/m);
  expect(out).not.toMatch(/^ {2}healthy +no evidence/m);
  expect(out).toContain("slipway rehearse --seed 3 --world NAME shows one of them whole.");
});
