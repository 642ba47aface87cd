/** On which endpoints a release is under way: what it has beside what is there between releases goes as it ends. */
import type { Aws } from "./clients.ts";
import { failureOf } from "./errors.ts";
import { heldLocks } from "./lock-item.ts";

export interface ReleasesUnderWay {
  /** Names of endpoints. What a release could not put back stays, and is not among them. */
  readonly endpoints: readonly string[];
  /** Why it could not be seen; then there are none. */
  readonly refused?: string;
}

export async function releasesUnderWay(aws: Aws): Promise<ReleasesUnderWay> {
  try {
    const held = await heldLocks(aws);
    const endpoints = held.flatMap(({ subject, remainder }) =>
      remainder === undefined && subject.startsWith(prefix) ? [subject.slice(prefix.length)] : [],
    );
    return { endpoints };
  } catch (error) {
    return { endpoints: [], refused: failureOf(error).message };
  }
}

const prefix = "endpoint/";
