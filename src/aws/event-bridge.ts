/** EventBridge: tells the world of a release's changes of stage, and its journal with it; and of fleets that were adjusted. */
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import type { Adjustment } from "../core/release/adjusting.ts";
import { News } from "../core/release/journal.ts";
import type { JsonValue } from "../core/release/json-value.ts";
import type { Held } from "../core/release/undoing.ts";
import type { BoundsEntry } from "../core/release/watched-bounds.ts";
import { note } from "./journal.ts";
import type { Tools } from "./lambda.ts";

/** The message of the line that a function's log has of each change, for whoever looks for a release by its id (dashboard.yml). */
export const changeLogged = "a release has changed";

/**
 * Publishes one change of a release. Delivery is at least once. A bus that cannot be reached is logged, and the
 * release goes on: news must not decide how it ends.
 */
export async function publish(
  tools: Tools,
  release: Pick<Held, "id" | "subject"> & Partial<Pick<Held, "model" | "version" | "milestone">>,
  change: { [key: string]: JsonValue },
): Promise<void> {
  const { aws, log, now } = tools;
  const news = News.safeParse({ kind: "news", at: new Date(now()).toISOString(), ...change });
  if (news.success) await note(tools, release.id, news.data);
  const { id, model, version, milestone, subject } = release;
  const { stack } = aws.environment;
  const detail = { stack, releaseId: id, model, version, milestone, subject, ...change };
  log.info(changeLogged, detail);
  await put(tools, "Slipway Release State Change", detail);
}

/** Publishes what became of a minimum that is set by what was learnt. The journal of minima has it already. */
export async function publishAdjusted(
  tools: Tools,
  { endpoint, adjusted, why, ...entry }: BoundsEntry & { readonly adjusted: Adjustment },
): Promise<void> {
  const { stack } = tools.aws.environment;
  const detail = { stack, subject: `endpoint/${endpoint}`, ...entry, ...adjusted, reason: why };
  tools.log.info("a fleet was adjusted", detail);
  await put(tools, "Slipway Fleet Adjustment", detail);
}

async function put({ aws, log }: Tools, DetailType: string, detail: object): Promise<void> {
  const Detail = JSON.stringify(detail);
  const entry = { Source: "slipway", DetailType, Detail, EventBusName: aws.environment.eventBus };
  try {
    const { FailedEntryCount } = await aws.events.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount !== 0) log.warn("an event was not accepted", { Detail });
  } catch (error) {
    log.warn("an event could not be published", {
      Detail,
      error: error instanceof Error ? error : String(error),
    });
  }
}
