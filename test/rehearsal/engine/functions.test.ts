import { describe, expect, it } from "vitest";
import type { Engine } from "#twin/engine";
import { machine, run, startMs } from "./tiny.ts";

const definition = machine("Done", { Done: { Type: "Succeed" } });

/** Invokes the function `sweep` once; it fails as often as it is told. */
async function sweeping(failures: number) {
  const seen: [number, unknown][] = [];
  let left = failures;
  const invoke = (engine: Engine) => engine.functions.invoke("sweep", { because: "test" });
  const functionsOn = () => ({
    sweep: async (event: unknown) => {
      seen.push([Date.now() - startMs, event]);
      if (left-- > 0) throw new TypeError("not now");
    },
  });
  const { engine } = await run({ definition, stepsOn: () => ({}), functionsOn }, {}, invoke);
  return { seen, dropped: engine.functions.dropped, points: engine.injector.points.length };
}

describe("a function that an event invokes", () => {
  it("runs once when it succeeds, and its invocation is a point", async () => {
    const { seen, dropped, points } = await sweeping(0);

    expect(seen).toEqual([[500, { because: "test" }]]);
    expect(dropped).toEqual([]);
    expect(points).toBe(2);
  });

  it("is retried after one and two minutes, then dropped", async () => {
    const { seen, dropped } = await sweeping(9);

    expect(seen.map(([atMs]) => atMs)).toEqual([500, 60_500, 180_500]);
    expect(dropped).toEqual(["sweep: TypeError"]);
  });

  it("must exist", async () => {
    await expect(
      run({ definition, stepsOn: () => ({}) }, {}, (engine) => engine.functions.invoke("sweep", {})),
    ).rejects.toThrow("there is no function sweep");
  });
});
