/** Documents of measures as a registry's entry names them: read, refused, or to be tried again. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { evaluationsOf } from "../../src/aws/evaluations.ts";
import { unmetCriteria } from "../../src/aws/validating.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { validated } from "../core/example.ts";
import { type Account, openAccount } from "./account.ts";

const arn = (version: number) =>
  `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/${version}`;
const quality = "chat-assistant-evaluations/v7/model-quality.json";
const evaluated = ({ aws }: Account) =>
  evaluationsOf(aws, arn(7), new Set(["model-quality", "bias"] as const));
const open = (spec: object = {}) => openAccount({ plan: validated, spec });
const unmet = ({ aws }: Account, plan = validated) =>
  unmetCriteria(aws, plan, { version: 7, packageArn: arn(7) });

describe("the documents of a version", () => {
  test("are read where its entry says they are", async () => {
    const found = await evaluated(open());

    expect(found.get("model-quality")).toEqual({
      content: {
        binary_classification_metrics: {
          auc: { value: expect.closeTo(0.8585, 9), standard_deviation: "NaN" },
        },
      },
    });
    expect([...found.keys()]).toEqual(["model-quality", "bias"]);
  });

  test("are none where it names none", async () => {
    expect([...(await evaluated(open({ registry: { evaluation: "missing" } }))).keys()]).toEqual([]);
  });

  test.each([
    [
      "that are not there",
      (account: Account) => void account.world.state.objects.delete(quality),
      /cannot be read \(NoSuchKey\)$/,
    ],
    [
      "whose bucket is not there",
      (account: Account) => {
        account.world.state.objects.clear();
        account.world.state.buckets.clear();
      },
      /cannot be read \(NoSuchBucket\)$/,
    ],
    [
      "that are no JSON",
      (account: Account) => void account.world.state.objects.set(quality, "{"),
      /is no JSON$/,
    ],
    [
      "that are something else",
      (account: Account) => void account.world.state.objects.set(quality, " ".repeat(1_000_001)),
      /has more than 1000000 bytes$/,
    ],
    [
      "that may not be read",
      (account: Account) =>
        account.fail("GetObject", new AwsError("AccessDenied", "Access Denied", { statusCode: 403 })),
      /cannot be read \(AccessDenied\)$/,
    ],
  ])("%s are not known", async (_, spoil, why) => {
    const account = open();
    spoil(account);

    expect((await evaluated(account)).get("model-quality")).toEqual({ unknown: expect.stringMatching(why) });
  });

  test("that come too slowly are asked for again, and are no refusal", async () => {
    const account = open();
    account.fail(
      "GetObject",
      new AwsError("SlowDown", "Please reduce your request rate.", { statusCode: 503 }),
      9,
    );

    await expect(evaluated(account)).rejects.toMatchObject({ name: "SlowDown" });
  });
});

describe("the criteria of a plan", () => {
  test("are met by a good version, beside the one that serves", async () => {
    const account = open();

    expect(await unmet(account)).toEqual([]);
    const read = account.calls
      .filter(({ operation }) => operation === "GetObject")
      .map(({ input }) => input.Key);
    expect(read).toEqual([
      ...["v7/model-quality.json", "v7/bias.json"],
      ...["v6/model-quality.json", "v6/bias.json"],
    ]);
  });

  test("of which none compares leave what serves alone", async () => {
    const account = open();
    const [first] = validated.milestones.validation?.criteria ?? [];
    const alone = Plan.parse({
      ...validated,
      milestones: {
        ...validated.milestones,
        validation: {
          when: { event: "model-approved" },
          criteria: [{ ...first, worseThanServingBy: undefined }],
        },
      },
    });

    expect(await unmet(account, alone)).toEqual([]);
    expect(account.calls.filter(({ operation }) => operation === "GetObject")).toHaveLength(1);
  });

  test("are not met where the entry of what serves is gone", async () => {
    const account = open();
    account.world.state.modelPackages.delete(arn(6));

    expect(await unmet(account)).toEqual([
      expect.stringMatching(
        / of version 6 is not known: its registry entry names no document of model-quality$/,
      ),
    ]);
  });
});
