/**
 * A Map state, inline: its items are run side by side, each as a strand of its own. The interpreter's own Map tells of what its
 * items did after the Map is over, shows each item as the execution's input, and starts tasks again that wait for a retry when
 * a neighbour fails; here it runs the states of an item and no more.
 */
import type { RunnableMap } from "./definition.ts";
import type { EventChain } from "./history.ts";
import { Strand, type StrandSurroundings } from "./strand.ts";
import { TaskFailure } from "./task-failure.ts";

/** "In this mode, the Map state supports up to 40 concurrent iterations" (Map state in Inline mode, developer guide). */
const mostConcurrent = 40;

interface Item {
  readonly index: number;
  readonly strand: Strand;
}

/** Runs every item; the first that fails stops the others, and the Map fails as it did. */
export async function runMap(
  surroundings: StrandSurroundings,
  { state, input, map, chain }: { state: string; input: unknown; map: RunnableMap; chain: EventChain },
): Promise<unknown[]> {
  const { context, record } = surroundings;
  const items = await itemsOf(map, { state, input, context });
  record("MapStateStarted", { length: items.length }, chain);
  const { lastId: startedId } = chain;
  const results: unknown[] = [];
  const under = new Set<Item>();
  let [next, endId] = [0, startedId];
  let failed = false;

  async function one(index: number, afterId: number): Promise<number> {
    const own: EventChain = { lastId: afterId };
    record("MapIterationStarted", { name: state, index }, own);
    const inner = { ...context, Map: { Item: { Index: index, Value: items[index] } } };
    const given =
      map.itemSelector === undefined ? items[index] : await map.itemSelector(input, inner).catch(runtime);
    const strand = new Strand({ surroundings, interpreter: map.processor, input: given, chain: own });
    const item = { index, strand };
    under.add(item);
    try {
      results[index] = await strand.run();
    } catch (error) {
      under.delete(item);
      if (failed) throw error;
      failed = true;
      record("MapIterationFailed", { name: state, index }, own);
      for (const other of under) {
        other.strand.stop();
        record("MapIterationAborted", { name: state, index: other.index }, other.strand.chain);
      }
      throw error;
    }
    under.delete(item);
    const { lastId } = own;
    if (failed) return lastId;
    record("MapIterationSucceeded", { name: state, index }, own);
    endId = own.lastId;
    return lastId;
  }

  async function worker(): Promise<void> {
    let afterId = startedId;
    while (next < items.length && !failed) {
      const index = next++;
      afterId = await one(index, afterId);
    }
  }

  const workers = Math.min(items.length, map.maxConcurrency || mostConcurrent, mostConcurrent);
  try {
    await Promise.all(Array.from({ length: workers }, worker));
  } catch (error) {
    record("MapStateFailed", {}, chain);
    throw error instanceof TaskFailure ? error : failureOf(error);
  }
  chain.lastId = endId;
  record("MapStateSucceeded", {}, chain);
  return results;
}

async function itemsOf(
  { itemsPath }: RunnableMap,
  { state, input, context }: { state: string; input: unknown; context: Readonly<Record<string, unknown>> },
): Promise<unknown[]> {
  const items = itemsPath === undefined ? input : await itemsPath(input, context).catch(runtime);
  if (Array.isArray(items)) return items;
  const cause = `The items of the Map state '${state}' are no array, but ${typeof items}.`;
  throw new TaskFailure("States.Runtime", cause, { terminal: true });
}

/** No Retry and no Catch takes it (States.Runtime, "Error names" in the developer guide). */
function runtime(error: unknown): never {
  const { cause = error } = error as { cause?: unknown };
  throw new TaskFailure("States.Runtime", cause instanceof Error ? cause.message : String(cause), {
    terminal: true,
  });
}

/** A Map fails by the name of what failed in it, as a Fail state gives it. */
function failureOf(error: unknown): TaskFailure {
  const { name, message, isRetryable = true } = error as Error & { isRetryable?: boolean };
  return new TaskFailure(name, message, { terminal: !isRetryable });
}
