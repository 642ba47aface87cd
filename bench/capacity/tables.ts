/** The figures of all contenders side by side, and beside each goal what became of it. */
import { count } from "../../src/report/text/figures.ts";
import { table, wrap } from "../../src/report/text/layout.ts";
import { type Figures, isBetter, type Part, type Period, type Place } from "./figures.ts";

export interface Row {
  readonly name: string;
  readonly knob: string;
  readonly figures: Figures;
  /** Knows what nobody knows: a bound, and nobody's rival. */
  readonly isBound?: boolean;
}

const width = 120;
function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}
`);
}

/** Marked: those to which no other is better in both. */
export function printTable(title: string, rows: readonly Row[], period: Period): void {
  const [bound] = rows.filter(({ isBound }) => isBound);
  const cells = (row: Row, place: Place): string[] => {
    const own = row.figures[period][place];
    const best = bound?.figures[period][place].hours ?? Number.NaN;
    return [
      count(Math.round(own.hours)),
      (own.hours / best).toFixed(2),
      count(Math.round(own.violating)),
      row.isBound === true || beatenBy(row, rows, { period, place }).length > 0 ? "" : "•",
    ];
  };
  const heads = ["", "", "between: hours", "×", "violating", "", "inside: hours", "×", "violating", ""];
  const columns = heads.map((head, nth) => ({ head, ...(nth > 1 && { align: "right" as const }) }));
  const lines = rows.map((row) => [row.name, row.knob, ...cells(row, "between"), ...cells(row, "inside")]);
  print(["", ...wrap(title, width), ...table(columns, lines, { width })]);
}

export interface Where {
  readonly period: Period;
  readonly place: Place;
}

const beatenBy = (row: Row, rows: readonly Row[], { period, place }: Where): Row[] =>
  rows.filter(
    (other) => !other.isBound && isBetter(other.figures[period][place], row.figures[period][place]),
  );

export interface Judged {
  /** As it comes, without being asked for another quantile. */
  readonly planner: Row;
  /** Target tracking as its users are told to begin with it, by either reading of its cooldowns. */
  readonly reactives: readonly Row[];
}

/** Times the clairvoyant's hours. */
const hoursAtMost = { between: 1.3, inside: 1.15 } as const;
/** Of the violating requests of target tracking alone. */
const violatingShare = 0.1;

/** What became of the goals, of one of the planner's ways; `rows` has the bound and the rivals. */
export function printGoals(rows: readonly Row[], { planner, reactives }: Judged): void {
  const period = "without";
  const [bound] = rows.filter(({ isBound }) => isBound);
  const goals = (["between", "inside"] as const).flatMap((place) => {
    const at = (row: Row | undefined): Part => row?.figures[period][place] ?? planner.figures[period][place];
    const own = at(planner);
    const rivals = beatenBy(planner, rows, { period, place });
    const where = place === "between" ? "between releases" : "inside releases";
    const better = rivals.map(({ name, knob }) => `${name} ${knob}`).join(", ");
    return [
      {
        goal: `no rival better in both ${where}`,
        found: rivals.length === 0 ? "none is" : "",
        missed: rivals.length === 0 ? "" : `${rivals.length}: ${better}`,
      },
      bounded(`× the clairvoyant's hours ${where}`, own.hours / at(bound).hours, hoursAtMost[place]),
      ...reactives.map((reactive) =>
        fewer(where, own, { ...at(reactive), of: `${reactive.name} ${reactive.knob}` }),
      ),
    ];
  });
  print(["", `Goals, without the tournament's first week: ${planner.name} at ${planner.knob}`]);
  for (const { goal, found, missed } of goals)
    print(
      wrap(`${missed === "" ? "✔" : "✖"} ${goal}: ${missed === "" ? found : `missed by ${missed}`}`, width),
    );
}

function bounded(what: string, value: number, most: number) {
  const figure = value.toFixed(value < 1 ? 3 : 2);
  const missed = value <= most ? "" : `${(value - most).toFixed(value < 1 ? 3 : 2)}: ${figure}`;
  return { goal: `at most ${most} ${what}`, found: figure, missed };
}

/** Where the other has none violating, there is nothing to have a tenth of. */
function fewer(where: string, own: Part, other: Part & { readonly of: string }) {
  const most = Math.floor(violatingShare * other.violating);
  const found = `${count(Math.round(own.violating))} of ${count(Math.round(other.violating))}`;
  const missed = own.violating <= most ? "" : `${count(Math.round(own.violating) - most)}: ${found}`;
  const goal = `at most ${violatingShare} of the violating requests of ${other.of} ${where}`;
  return { goal, found, missed };
}

export const printText = (text: string): void => print(["", ...wrap(text, width)]);
