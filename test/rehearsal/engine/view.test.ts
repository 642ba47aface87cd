/** Whoever watches a run, checks it or lays hands on it looks at its world: nothing of it is theirs to move. */
import { expect, test } from "vitest";
import type { Application, Scene } from "#twin/engine";
import type { Account } from "../../../src/rehearsal/invariants/kinds/define.ts";
import type { HandTarget } from "../../../src/rehearsal/release/hand-parts.ts";

type Given<Hook extends "gate" | "hands"> = Parameters<NonNullable<Application[Hook]>>[0];
/** What each of them is given, all together: were one of these all of a world, this would be. */
type Shown = Scene["world"] & Given<"gate"> & Given<"hands"> & Account["world"] & HandTarget["world"];

/** Compiled, never called: each slip below must be an error, or `tsc` says that it expected one. */
function slips(world: Shown): void {
  // @ts-expect-error whoever looks does not move time
  world.advanceTo(world.nowMs + 1);
  // @ts-expect-error nor by hand
  world.nowMs = 0;
  // @ts-expect-error has nothing wait for a moment
  world.after(1000, () => {});
  // @ts-expect-error marks none
  world.mark(0);
  // @ts-expect-error draws of no chance
  world.streams("errors/chat", 0).uniform();
  // @ts-expect-error counts nothing on
  world.nextOrdinal("chat");
  // @ts-expect-error takes no request of a variant's
  world.takeProbes;
  // @ts-expect-error tells of nothing as though it had happened
  world.record;
  // @ts-expect-error takes nothing out of what has
  world.events.pop();
  // @ts-expect-error pays for nothing
  world.bill;
  // @ts-expect-error adds nothing to what exists
  world.state.endpoints.set;
  // @ts-expect-error and takes nothing of it away
  world.state.endpoints.delete("chat");
  // @ts-expect-error nor launches out of the region's pool
  world.state.poolInstances -= 1;
}

test("a slip does not compile", () => {
  expect(slips).toBeTypeOf("function");
});
