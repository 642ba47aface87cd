/** `slipway limits freezes`: the freezes of a team's calendar, to be put among those of a file of limits. */
import { basename } from "node:path";
import { isScalar, parseDocument, Scalar, type YAMLMap, YAMLSeq } from "yaml";
import { type CalendarFreeze, freezesIn } from "../core/calendar/team-calendar.ts";
import { foundText } from "../core/input/bad-input.ts";
import { isTimeZone } from "../core/plan/when.ts";
import { type CommandLine, numberOf } from "./arguments.ts";
import { readInput } from "./files.ts";
import { limitsIn, readLimits } from "./limits-of-plan.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** What each of them is marked by in the file, so that the next reading of the same calendar knows its own. */
const markOf = (calendar: string): string => ` of ${basename(calendar)}:`;

/** Touches no account. With --into it writes that file, whose own freezes stay as they are. */
export async function limitsFreezes(line: CommandLine, { out, err }: Terminal): Promise<number> {
  const [path] = line.positionals;
  if (path === undefined) throw new BadUsage(["CALENDAR: expected a file of iCalendar, found nothing"]);
  const { matching = "freeze", into, zone = "UTC" } = line.values;
  if (!isTimeZone(zone))
    throw new BadUsage([`--zone: expected a time zone such as Europe/Amsterdam, found ${foundText(zone)}`]);
  const days = numberOf(line, "days", { default: 366, min: 1, max: 1096, whole: true });
  const nowMs = Date.now();
  const read = freezesIn(readInput(path, "the calendar"), {
    matching,
    span: { fromMs: nowMs, toMs: nowMs + days * 86_400_000 },
    timeZone: zone,
  });
  if (!read.ok)
    throw new BadInput(
      read.mistakes.map((found) => ({ where: path, expected: "a calendar (iCalendar)", found })),
    );
  const { freezes } = read;
  if (into !== undefined) write(into, freezes, markOf(path));
  const what = `${freezes.length} freeze${freezes.length === 1 ? "" : "s"} in the next ${days} days`;
  if (into === undefined) tell(out, "freezes:", ...freezes.map((each) => `  - ${flowOf(each)}`));
  else tell(out, ...freezes.map(({ from, to, reason }) => `${from} until ${to}: ${reason}`));
  tell(
    err,
    into === undefined
      ? what
      : `${what}, in ${into} by now; "slipway limits apply ${into}" puts them in force`,
  );
  return 0;
}

const flowOf = ({ from, to, reason }: CalendarFreeze): string =>
  `{ from: "${from}", to: "${to}", reason: ${JSON.stringify(reason)} }`;

/** Throws BadInput where the file is none of limits, or would be none any more: then it stays as it is. */
function write(path: string, freezes: readonly CalendarFreeze[], mark: string): void {
  mayWrite(path);
  readLimits(path);
  const document = parseDocument(readInput(path, "the limits"));
  const before = document.get("freezes");
  const list = before instanceof YAMLSeq ? before : new YAMLSeq();
  const isOwn = (item: unknown) => (item as YAMLMap | undefined)?.comment?.startsWith(mark) === true;
  list.items = [
    ...list.items.filter((item) => !isOwn(item)),
    ...freezes.map(({ uid, from, to, reason }) => {
      const node = document.createNode({ from, to, reason }, { flow: true });
      // In quotes a time is a text to any reader of YAML.
      for (const { value } of node.items) if (isScalar(value)) value.type = Scalar.QUOTE_DOUBLE;
      node.comment = `${mark} ${uid.replaceAll(/\s+/g, " ")}`;
      return node;
    }),
  ];
  if (list.items.length === 0) document.delete("freezes");
  else document.set("freezes", list);
  const text = document.toString({ lineWidth: 0 });
  limitsIn(text, path);
  written(path, text);
}
