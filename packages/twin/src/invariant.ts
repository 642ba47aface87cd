/** An invariant of one's own: what must hold of the account once a run is over. */
import { type Item, plainItem } from "./attribute-values.ts";
import type { ExecutionRecord } from "./engine/executions.ts";
import type { Observer, Scene } from "./engine/observer.ts";
import type { RunRecord } from "./engine/run-record.ts";
import type { Wrong } from "./explorer/finding.ts";

/** What an invariant looks at. */
export interface Over {
  readonly scene: Scene;
  /** Oldest first; input and output are JSON texts. */
  readonly executions: readonly ExecutionRecord[];
  /** All items of a DynamoDB table, in plain JavaScript. Rejects with AwsError where there is no such table. */
  readonly items: (table: string) => Promise<Item[]>;
}

/**
 * For an application's `observe`. `brokenBy` gives a sentence for each thing that does not hold. What has to be watched
 * while a run lasts takes an `Observer` instead, whose findings are such a list as well.
 */
export function invariant(
  name: string,
  brokenBy: (over: Over) => Promise<readonly string[]> | readonly string[],
): (scene: Scene) => Observer {
  return (scene) => ({
    name,
    findings: () =>
      brokenBy({
        scene,
        executions: scene.executions.list().toReversed(),
        items: (table) => itemsOf(scene, table),
      }),
  });
}

/** Of every observer whose findings are a list of sentences, what it found. */
export function brokenIn({ findings }: Pick<RunRecord, "findings">): Wrong[] {
  return Object.entries(findings).flatMap(([what, found]) =>
    Array.isArray(found) ? found.map((detail): Wrong => ({ what, detail: String(detail) })) : [],
  );
}

async function itemsOf({ services, world }: Scene, table: string): Promise<Item[]> {
  const scan = services.find(({ name }) => name === "dynamodb")?.operations.Scan;
  if (scan === undefined) throw new Error("the account has no DynamoDB");
  const items: Item[] = [];
  let ExclusiveStartKey: unknown;
  do {
    const input = { TableName: table, ...(ExclusiveStartKey !== undefined && { ExclusiveStartKey }) };
    const call = { service: "dynamodb", operation: "Scan", input, at: world.nowMs };
    const page = (await scan(input, call)) as { Items?: readonly Record<string, unknown>[] } & {
      LastEvaluatedKey?: unknown;
    };
    items.push(...(page.Items ?? []).map(plainItem));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
}
