/** Which packs tell of which minima that were set between releases, and which of none. */
import { expect, test } from "vitest";
import type { ReadPack } from "../../../src/rehearsal/invariants/evidence-read.ts";
import { type MinimumSeen, minimaUntold } from "../../../src/rehearsal/invariants/minima-evidenced.ts";

const start = Date.UTC(2026, 10, 23, 9);
const name = "endpoint/chat-assistant/variant/v6";
const at = (second: number) => new Date(start + second * 1000).toISOString();
const set = (second: number, min: number, changed = true) =>
  ({
    seen: { call: { at: start + second * 1000, input: { ResourceId: name, MinCapacity: min } } },
    resource: name,
    min,
    changed,
  }) as unknown as MinimumSeen;
const pack = (what: string, second: number, min: number) =>
  ({
    what,
    since: at(second),
    at: at(second),
    resource: { kind: "scaling", name },
    after: { min },
  }) as ReadPack;

test("each minimum that took effect is told by a pack of its own", () => {
  const [one, two] = [set(2, 5), set(302, 7)];
  const packs = [pack("adjusted", 0, 5), pack("adjusted", 300, 7)];
  expect(minimaUntold([one, two], packs)).toEqual({ untold: [], invented: [] });
  expect(minimaUntold([one, two], packs.slice(1))).toEqual({ untold: [one], invented: [] });
  expect(minimaUntold([one, set(302, 7, false)], packs.slice(0, 1))).toEqual({ untold: [], invented: [] });
});

test("one that was begun and never went out leaves the next its own pack", () => {
  const packs = [pack("adjustment-begun", 0, 5), pack("adjusted", 60, 5)];
  expect(minimaUntold([set(61, 5)], packs)).toEqual({ untold: [], invented: [] });
  expect(minimaUntold([set(1, 5)], packs.slice(0, 1))).toEqual({ untold: [], invented: [] });
});

test("what a pack says was seen and nobody has set is made up, be there another that was begun", () => {
  const [begun, seen, again] = [
    pack("adjustment-begun", 0, 5),
    pack("adjusted", 60, 5),
    pack("adjusted", 70, 5),
  ];
  expect(minimaUntold([], [begun, seen]).invented).toEqual([seen]);
  expect(minimaUntold([set(61, 5)], [begun, seen, again]).invented).toEqual([again]);
});
