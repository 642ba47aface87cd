/** Every edge of the state machine is walked by a rehearsal, and where each leads is right: a new edge wants a scene. */
import { describe, expect, it } from "vitest";
import { edgesOf } from "#twin/engine";
import { releaseParts } from "../../../src/rehearsal/release-parts.ts";
import { playedOn } from "./machine-mutants.ts";
import { scenes } from "./scenes.ts";

const names = Object.keys(scenes);
const played = new Map<string, ReturnType<typeof playedOn>>();
const play = (name: string) => {
  const one = played.get(name) ?? playedOn(releaseParts.definition, name);
  played.set(name, one);
  return one;
};

describe("a release", () => {
  it.each(names)("with %s ends as it must, and leaves nothing behind", async (name) => {
    const { ends, violations, faults } = await play(name);

    expect(violations).toEqual([]);
    expect(faults).toEqual(scenes[name]?.faults ?? []);
    expect(ends).toEqual(scenes[name]?.ends);
  });
});

it("together they walk every edge of the state machine", async () => {
  const walked = new Set<string>();
  for (const name of names) for (const edge of (await play(name)).edges) walked.add(edge);

  const edges = edgesOf(releaseParts.definition).map(({ name }) => name);
  expect(edges.length).toBeGreaterThan(60);
  expect(edges.filter((edge) => !walked.has(edge))).toEqual([]);
});
