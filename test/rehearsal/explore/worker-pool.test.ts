/** Work that a signal may end: what came of it is nobody's any more once it was taken. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { unlessAborted } from "#twin/explorer";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

describe("work that a signal may end", () => {
  it("gives what came of it, and fails as it does", async () => {
    const { signal } = new AbortController();

    expect(await unlessAborted(Promise.resolve(7), signal)).toBe(7);
    expect(await unlessAborted(Promise.resolve(7))).toBe(7);
    await expect(unlessAborted(Promise.reject(new Error("broken")), signal)).rejects.toThrow("broken");
  });

  it("is undefined once the signal is given, be it before", async () => {
    const home = new AbortController();
    const waiting = unlessAborted(new Promise(() => {}), home.signal);
    home.abort();

    expect(await waiting).toBeUndefined();
    expect(await unlessAborted(new Promise(() => {}), home.signal)).toBeUndefined();
  });

  it("is not held on to by a signal that is never given", async () => {
    const { signal } = new AbortController();
    const found: WeakRef<object>[] = [];
    for (let nth = 0; nth < 20; nth++) {
      const result = await unlessAborted(
        Promise.resolve().then(() => ({ nth })),
        signal,
      );
      if (result !== undefined) found.push(new WeakRef(result));
    }
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();

    expect(found).toHaveLength(20);
    // The last may still be in a register.
    expect(found.filter((each) => each.deref() !== undefined).length).toBeLessThan(3);
    expect(signal.aborted).toBe(false);
  });
});
