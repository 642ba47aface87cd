/**
 * Days at rest by virtual time in which auto scaling follows the load, and a release in between: each day is told once it is over, of what
 * auto scaling did and nothing else, though the key is disabled for two days and a sweep dies between an object and the table.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Observer } from "#twin/engine";
import { publicKeyOf, trustOf } from "../../src/aws/evidence-trust.ts";
import { seenOf } from "../../src/cli/evidence-seen.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import { dayOf } from "../../src/core/evidence/days.ts";
import { daysPrefix } from "../../src/core/evidence/keys.ts";
import { type ScalingDay, ScalingDayEntry } from "../../src/core/evidence/scaling-day.ts";
import { verifyDays } from "../../src/core/evidence/verify-days.ts";
import type { ReleaseScene } from "../../src/rehearsal/release/request.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { behind } from "./behind.ts";
import { rehearsing } from "./explore/rehearsing.ts";

const subject = "endpoint/chat-assistant";
const prefix = `${rehearsedDeployment.evidence?.bucket}/${daysPrefix(subject)}`;
const keyId = rehearsedDeployment.evidence?.keyId ?? "";
/** The first two days are due while the key is disabled; the third after that. */
const refused = { from: Date.parse("2026-01-06T01:30:00Z"), to: Date.parse("2026-01-08T01:35:00Z") };
const until = Date.parse("2026-01-08T04:00:00Z");

/** Somebody disables the key, and enables it again. */
function disables({ world }: ReleaseScene): Observer {
  return {
    name: "disables",
    called: ({ at }) => {
      const { keys } = behind(world).state;
      const id = keyId.split("/").at(-1) ?? "";
      const key = keys.get(id);
      if (key === undefined) throw new Error("expected the key");
      const state = at >= refused.from && at < refused.to ? "Disabled" : "Enabled";
      if (key.state !== state) keys.set(id, { ...key, state });
    },
    findings: () => null,
  };
}

async function days(faults: readonly string[] = []) {
  let scene: ReleaseScene | undefined;
  /** When which day's object was asked to be put, be it there already. */
  const put: { readonly day: string; readonly at: string }[] = [];
  const watching = (given: ReleaseScene): Observer => {
    scene = given;
    return {
      name: "days",
      effected: ({ call: { operation, input, at } }) => {
        const key = String(input.Key);
        if (operation !== "PutObject" || !key.startsWith("days/")) return;
        put.push({ day: key.slice(-15, -5), at: new Date(at).toISOString() });
      },
      findings: () => null,
    };
  };
  const world = loadWorld("quiet-nights");
  const began = Date.parse("2026-01-05T08:00:00Z");
  const releasedAt = 24;
  const { record, violations } = await rehearsing({
    world: { ...world, registry: { ...world.registry, versions: [8] } },
    also: [{ afterSeconds: releasedAt * 3600, event: { model: "chat-assistant", version: 8 } }],
    settleSeconds: (until - began) / 1000 - (releasedAt + 2) * 3600,
    faults,
    observers: [disables, watching],
    listPoints: true,
  });
  if (scene === undefined) throw new Error("expected a scene");
  return { record, violations, put, scene };
}

function textsIn({ world }: ReleaseScene): [string, string][] {
  return [...world.state.objects].filter(([key]) => key.startsWith(prefix)).toSorted();
}

/** Of the endpoint, as the twin has them: more than it tells by its API. */
const activitiesOf = ({ world }: ReleaseScene) =>
  world.state.scalingActivities
    .filter(({ target }) => target.resourceId.startsWith(`${subject}/variant/`))
    .map(({ id, startMs, reason }) => ({ id, day: dayOf(startMs), by: reason.by }));

function trustIn({ services }: ReleaseScene) {
  const input = { KeyId: keyId };
  const call = { service: "kms", operation: "GetPublicKey", input, at: until };
  const answer = services.find(({ name }) => name === "kms")?.operations.GetPublicKey?.(input, call);
  const { PublicKey } = answer as unknown as { PublicKey: string };
  return trustOf(publicKeyOf(Buffer.from(PublicKey, "base64")));
}

async function* keptIn(scene: ReleaseScene) {
  for (const [path, text] of textsIn(scene)) yield { key: path.slice(path.indexOf("days/")), text };
}

describe("days at rest, and a release in between", () => {
  let it: Awaited<ReturnType<typeof days>>;
  let told: readonly ScalingDay[];
  // Wherever a sweep puts its objects: it dies after the first that is put at each of these places.
  const places = Array.from({ length: 30 }, (_, nth) => `call:ReapLeases/s3.PutObject#${40 + nth}@1`);
  beforeAll(async () => {
    it = await days(places.map((place) => `crash-after-call=${place}`));
    told = textsIn(it.scene).map(([, text]) => ScalingDayEntry.parse(JSON.parse(text)).summary);
  }, 600_000);

  test("are told with the roles that are deployed, and no invariant is broken", () => {
    expect(it.violations).toEqual([]);
    expect(it.record.executions.map(({ outcome }) => outcome)).toEqual(["promoted", "promoted"]);
    expect(told.map(({ day }) => day)).toEqual(["2026-01-05", "2026-01-06", "2026-01-07"]);
  });

  test("have each of auto scaling's changes, in its day, once; what a release's bounds led to is its own", () => {
    const all = activitiesOf(it.scene);
    for (const { day, changes, own, counts } of told) {
      const ids = all.filter((one) => one.day === day).map(({ id }) => id);
      expect([...changes, ...own].map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      expect(counts.policy).toBeGreaterThan(3);
    }
    const byPolicy = new Set(all.filter(({ by }) => by === "policy").map(({ id }) => id));
    expect(told.flatMap(({ own }) => own).filter(({ id }) => byPolicy.has(id))).toEqual([]);
    expect(told.flatMap(({ changes }) => changes).filter(({ cause }) => cause.by === "unknown")).toEqual([]);
  });

  test("wait while the key is disabled, and are caught up by the sweeps after that", () => {
    const at = (day: string) => it.put.filter((one) => one.day === day).map((one) => one.at)[0];

    expect(at("2026-01-05")).toMatch(/^2026-01-08T01:[45]/);
    expect(at("2026-01-06")).toMatch(/^2026-01-08T0[12]:/);
    expect(at("2026-01-07")).toMatch(/^2026-01-08T02:/);
  });

  test("are gone on from where a sweep died, with what lies there", async () => {
    expect(it.record.faults.length).toBeGreaterThan(0);
    expect(it.put.filter(({ day }) => day === "2026-01-05").length).toBeGreaterThan(1);
    const verdict = verifyDays({ ...(await seenOf(keptIn(it.scene), trustIn(it.scene))), subject });

    expect(verdict).toMatchObject({ ok: true, days: 3, intact: 3, first: "2026-01-05", last: "2026-01-07" });
  });
});
