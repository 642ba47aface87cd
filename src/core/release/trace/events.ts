/** What happened in a release, as events of its trace: what was told of it, its changes, and verdicts where they changed. */
import type { JournalEntry } from "../journal.ts";
import { eventNames, names } from "./conventions.ts";
import { type Attributes, double, integer, text } from "./otlp.ts";

export interface EventTold {
  /** ISO 8601. */
  readonly at: string;
  readonly name: string;
  readonly attributes: Attributes;
}

/** A look a minute says the same for hours: only one that comes to something else is an event. Of a journal, oldest first. */
export function eventsIn(journal: readonly JournalEntry[]): EventTold[] {
  let before = "";
  return journal.flatMap((entry): EventTold[] => {
    const { at } = entry;
    if (entry.kind === "change") return [{ at, name: eventNames.change, attributes: changeTold(entry) }];
    if (entry.kind === "news")
      return [{ at, name: eventNames.news(entry.state), attributes: newsTold(entry) }];
    if (entry.kind === "fleets" || entry.kind === "gates") return [];
    if (entry.kind === "load-test")
      return entry.status === "testing"
        ? []
        : [{ at, name: eventNames.loadTest, attributes: loadTestTold(entry) }];
    const now = JSON.stringify([entry.stage, entry.trafficPercent, entry.verdict, entry.decision]);
    const same = now === before;
    before = now;
    return same ? [] : [{ at, name: eventNames.verdict, attributes: verdictTold(entry) }];
  });
}

type Of<Kind extends JournalEntry["kind"]> = Extract<JournalEntry, { kind: Kind }>;

const changeTold = ({ id, state, resource }: Of<"change">): Attributes => ({
  [names.changeId]: text(id),
  [names.changeState]: text(state),
  [names.resourceKind]: text(resource.kind),
  [names.resourceName]: text(resource.name),
});

const newsTold = ({ stage, trafficPercent, decision, outcome, reason }: Of<"news">): Attributes => ({
  [names.stage]: integer(stage),
  [names.trafficPercent]: double(trafficPercent),
  [names.decision]: text(decision),
  [names.outcome]: text(outcome),
  [names.reason]: text(reason),
});

const loadTestTold = ({ status, reason }: Of<"load-test">): Attributes => ({
  [names.decision]: text(status),
  [names.reason]: text(reason),
});

const verdictTold = ({ stage, trafficPercent, verdict, decision, reason }: Of<"look">): Attributes => ({
  [names.stage]: integer(stage),
  [names.trafficPercent]: double(trafficPercent),
  [names.verdict]: text(verdict),
  [names.decision]: text(decision),
  [names.reason]: text(reason),
});
