/** `slipway approve --break-glass` and what status says of it, against an account on a port. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { holding } from "../aws/releases.ts";
import { onlyEnvironment, type ServedAccount, serveAccount, twinEnvironment } from "./served-account.ts";
import { say } from "./spoken.ts";

const release = "chat-assistant-v7-production";
const arnOf = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
/** The function that takes orders goes by this machine's clock. */
const until = new Date(Date.now() + 3_600_000).toISOString();
const asking = ["--pass", "freezes", "--until", until];

let account: ServedAccount | undefined;
async function served() {
  account = await serveAccount();
  const { url } = account;
  onlyEnvironment(twinEnvironment(url));
  await holding(account);
  return (name: string, reason: string, ...more: string[]) => {
    onlyEnvironment(twinEnvironment(url, `TWIN.${name}`));
    return say("approve", release, "--break-glass", reason, ...more);
  };
}
afterEach(async () => {
  vi.unstubAllEnvs();
  await account?.close();
  account = undefined;
});

test("one asks, another is shown it and agrees, and status says what is let past until it is ended", async () => {
  const as = await served();
  expect(await as("ann", "the outage", ...asking)).toMatchObject({
    code: 0,
    out: `${release}: ann asks to let it past freezes until ${until}: the outage; a second person has to agree\n`,
  });
  expect((await say("status")).out).toContain("ann asks to let it past freezes");

  const agreed = await as("bob", "I have looked");
  expect(agreed.err.replaceAll(/\s+/g, " ")).toContain(`ann asks to let it past freezes until ${until}`);
  expect(agreed.out).toBe(
    `${release} is let past freezes until ${until} by ann and bob: the outage; I have looked\n`,
  );
  expect((await say("status")).out).toContain(
    `! ${release} is let past freezes until ${until} by ann and bob`,
  );
  expect(JSON.parse((await say("status", "--json")).out).glass).toEqual([
    {
      ...{ releaseId: release, passes: ["freezes"], until, reason: "the outage" },
      ...{ askedAt: expect.any(String), askedBy: arnOf("ann") },
      ...{ agreedAt: expect.any(String), agreedBy: arnOf("bob") },
    },
  ]);

  expect((await as("eve", "it is over", "--reject")).out).toBe(
    `${release}: nothing is let past any more; what was let past stays\n`,
  );
  expect((await say("status")).out).not.toContain("is let past");
});

test("who has asked is no second person, and what is not asked for nobody agrees to", async () => {
  const as = await served();
  expect(await as("bob", "why not")).toMatchObject({
    code: 64,
    err: expect.stringMatching(/nothing is asked for, and nothing is let past; --pass\s+and\s+--until say/),
  });
  await as("ann", "the outage", ...asking);

  expect(await as("ann", "the outage")).toMatchObject({
    code: 64,
    err: expect.stringMatching(/expected a second person, found ann/),
  });
});

describe("a mistake is told where it is, and nothing is ordered", () => {
  test.each([
    [["--break-glass", "why", "--pass", "freezes"], "--until: expected when it ends, found nothing"],
    [["--break-glass", "why", "--until", until], "--pass: expected gates or freezes, found nothing"],
    [["--break-glass", " ", ...asking], "--break-glass: expected why, found nothing"],
    [
      ["--break-glass", "why", "--pass", "freezes", "--until", "soon"],
      '--until: expected a time to come such as 2026-12-24T08:00:00Z, found "soon"',
    ],
    [
      ["--break-glass", "why", "--reject", "--pass", "freezes"],
      "--reject: expected neither --pass nor --until beside it",
    ],
    [
      ["--break-glass", "why", "--rollout-stage", "1"],
      "--rollout-stage: expected no --break-glass beside it",
    ],
    [["--pass", "freezes"], "--pass: expected --break-glass beside it, found none"],
  ])("%j", async (args, told) => {
    await served();
    const { code, err } = await say("approve", release, ...args);

    expect(code).toBe(64);
    expect(err.replaceAll(/\s+/g, " ")).toContain(told);
    expect(JSON.parse((await say("status", "--json")).out).glass).toEqual([]);
  });

  test.each([
    ["quota", /--pass: expected some of freezes, found "quota"; nobody lets a release past anything else/],
    ["vulnerabilities", /found "vulnerabilities"; the plan does not ask for that gate/],
    ["vpc,verdict", /found "vpc"; .*found "verdict"; /],
  ])("--pass %s", async (names, told) => {
    const as = await served();
    const { code, err } = await as("ann", "why", "--pass", names, "--until", until);

    expect(code).toBe(64);
    expect(err.replaceAll(/\s+/g, " ")).toMatch(told);
  });
});
