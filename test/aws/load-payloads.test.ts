/** The bodies that a test under load sends: what is read of S3, and what is said of what cannot be. */
import { describe, expect, test } from "vitest";
import { payloadsOf } from "../../src/aws/load-payloads.ts";
import { chanceOf } from "../../src/core/load/arrivals.ts";
import { type Account, openAccount } from "./account.ts";

const manifest = "s3://pictures/all.manifest";
const naming = (...names: readonly string[]) => JSON.stringify([{ prefix: "s3://pictures/set/" }, ...names]);

function holding(objects: Readonly<Record<string, string>>): Account {
  const account = openAccount();
  for (const [name, text] of Object.entries(objects)) account.world.state.objects.set(name, text);
  return account;
}

async function sentOf(account: Account): Promise<string[]> {
  const payloads = await payloadsOf(account.aws, { payloads: { manifest } });
  if ("lacks" in payloads) throw new Error(payloads.lacks);
  const chance = chanceOf("sent");
  const sent = Array.from({ length: 200 }, () => payloads(chance));
  return [...new Set(sent.map((body) => Buffer.from(body).toString()))].sort();
}

describe("the objects that a manifest names", () => {
  test("are a body each, line breaks and all, however many are read at one time", async () => {
    const names = Array.from({ length: 23 }, (_, nth) => `${String(nth).padStart(2, "0")}.jpg`);
    const pictures = names.map((name) => [`pictures/set/${name}`, `picture\n${name}\n`]);
    const account = holding({
      "pictures/all.manifest": naming(...names),
      ...Object.fromEntries(pictures),
    });
    expect(await sentOf(account)).toEqual(names.map((name) => `picture\n${name}\n`));
  });

  test("are sent byte by byte, be they no text", async () => {
    const account = openAccount();
    const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0x00, 0x80);
    const bodies: Readonly<Record<string, Uint8Array>> = {
      "all.manifest": Buffer.from(naming("one.jpg")),
      "set/one.jpg": picture,
    };
    const send = async ({ input }: { input: { Key: string } }) => ({
      Body: { transformToByteArray: async () => bodies[input.Key] },
    });
    const aws = { ...account.aws, s3: { send } } as unknown as Account["aws"];

    const payloads = await payloadsOf(aws, { payloads: { manifest } });

    expect("lacks" in payloads ? payloads : payloads(chanceOf("one"))).toEqual(picture);
  });

  test.each([
    [{}, /^s3:\/\/pictures\/all\.manifest cannot be read/],
    [{ "pictures/all.manifest": "one.jpg\n" }, /^s3:\/\/pictures\/all\.manifest is no manifest/],
    [{ "pictures/all.manifest": naming() }, /^s3:\/\/pictures\/all\.manifest names no object$/],
    [{ "pictures/all.manifest": naming("gone.jpg") }, /^s3:\/\/pictures\/set\/gone\.jpg cannot be read/],
    [
      {
        "pictures/all.manifest": naming("one.jpg", "two.jpg"),
        "pictures/set/one.jpg": "x".repeat(3_000_000),
        "pictures/set/two.jpg": "y".repeat(3_000_000),
      },
      /^what s3:\/\/pictures\/all\.manifest names has more than 5000000 bytes$/,
    ],
  ])("that cannot be had are told by name (%#)", async (objects, said) => {
    const { aws } = holding(objects as Readonly<Record<string, string>>);
    expect(await payloadsOf(aws, { payloads: { manifest } })).toMatchObject({
      lacks: expect.stringMatching(said),
    });
  });
});
