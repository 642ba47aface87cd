/** Scenes on a state machine that somebody has changed: what a rehearsal sees of a mistake in the definition. */
import type { AslDefinition, AslState } from "#twin/engine";
import { releaseParts } from "../../../src/rehearsal/release-parts.ts";
import { rehearsing } from "./rehearsing.ts";
import { scenes } from "./scenes.ts";

/** A scene's ends, one of several in a row that are alike, and what was wrong in it. */
export async function playedOn(definition: AslDefinition, name: string) {
  const scene = scenes[name];
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  const { record, violations } = await rehearsing({ ...scene, parts: { ...scene.parts, definition } });
  const outcomes = record.executions.map(({ outcome }) => outcome);
  const ends = outcomes.filter((outcome, nth) => outcome !== outcomes[nth - 1]);
  return { ends, violations, faults: record.faults, edges: record.edges };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type States = Record<string, Mutable<AslState> & { Retry: Retrier[]; Catch: { Next: string }[] }>;
interface Retrier {
  ErrorEquals: string[];
  MaxAttempts: number;
}

/** The definition with something of its states changed. */
export function mutated(change: (states: States) => void): AslDefinition {
  const definition = structuredClone(releaseParts.definition) as AslDefinition & { States: States };
  change(definition.States);
  return definition;
}
