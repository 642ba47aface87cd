/** `slipway rehearse` in every world that ships. */
import "./warm-threads.ts";
import { describe, expect, it } from "vitest";
import { worldNames } from "../../src/rehearsal/worlds/load.ts";
import { partOf } from "../part.ts";
import { ends, expectEnd, rehearsed } from "./world-ends.ts";

describe("each world", () => {
  it("has an end that is expected of it", () => {
    expect(Object.keys(ends)).toEqual(worldNames());
  });

  it.each(partOf(Object.entries(ends), 12))("%s: %j, with no invariant broken", async (world) => {
    expectEnd(world, await rehearsed("--world", world));
  });
});
