/** A table of minutes, read out of comma-separated text: each row's time, stage and numbers, or every mistake in it. */
import { type Columns, columnsOf, isStaged, readHeader, sides } from "./columns.ts";
import { type Cell, type Row, rowsOf } from "./csv.ts";
import { BadMinutes, foundText, type Mistake } from "./mistakes.ts";
import type { CheckedSettings } from "./settings.ts";

export interface Minute {
  /** Start, epoch seconds. */
  readonly at: number;
  /** 0-based; null where the table has but one stage, and before the release. */
  readonly stage: number | null;
  /** By the column's name; null where the cell is empty. */
  readonly values: ReadonlyMap<string, number | null>;
}

export interface Table {
  readonly columns: Columns;
  /** In the order of time. */
  readonly minutes: readonly Minute[];
}

/** @throws BadMinutes with every mistake, in the order of the lines */
export function readTable(text: string, settings: CheckedSettings): Table {
  const [header, ...rows] = rowsOf(text);
  if (header === undefined)
    throw new BadMinutes([
      { where: "the table", expected: "a header and a row for each minute", found: "no text" },
    ]);
  const columns = readHeader(header, settings);
  const reader = new Reader(header, columns, settings);
  const minutes = rows.map((row) => reader.read(row));
  if (minutes.length === 0)
    throw new BadMinutes([
      {
        line: header[0]?.line ?? 1,
        where: "the table",
        expected: "a row for each minute",
        found: "a header alone",
      },
    ]);
  if (reader.mistakes.length > 0) throw new BadMinutes(reader.mistakes);
  return { columns, minutes };
}

/** Reads row after row, and gathers what is wrong with them. */
class Reader {
  readonly mistakes: Mistake[] = [];
  readonly #header: Row;
  readonly #columns: Columns;
  readonly #settings: CheckedSettings;
  /** Names of the columns of numbers, and the one that holds each at most. */
  readonly #numbers: ReadonlyMap<string, string | undefined>;
  #before: { readonly at: number; readonly line: number; readonly stage: number | null } | undefined;

  constructor(header: Row, columns: Columns, settings: CheckedSettings) {
    this.#header = header;
    this.#columns = columns;
    this.#settings = settings;
    this.#numbers = new Map(
      columns.kpis.flatMap((kpi) => sides.flatMap((side) => numbersOf(columnsOf(kpi, side), kpi.kind))),
    );
  }

  read(row: Row): Minute {
    const line = row[0]?.line ?? 0;
    if (row.length !== this.#header.length) {
      this.#wrong(
        row.at(-1),
        "this row",
        `${this.#header.length} cells, as the header has`,
        String(row.length),
      );
      return { at: 0, stage: null, values: new Map() };
    }
    const at = this.#timeOf(this.#cellOf(row, "time"));
    const stage = isStaged(this.#settings) ? this.#stageOf(this.#cellOf(row, "stage")) : null;
    const values = new Map([...this.#numbers.keys()].map((name) => [name, this.#numberOf(row, name)]));
    for (const [name, most] of this.#numbers) this.#holdTo(row, values, { name, most });
    this.#before = {
      at: Math.max(at, this.#before?.at ?? at),
      line,
      stage: stage ?? this.#before?.stage ?? null,
    };
    return { at, stage, values };
  }

  #cellOf(row: Row, name: string): Cell {
    return row[this.#columns.places.get(name) ?? 0] ?? { text: "", line: 0, column: 0 };
  }

  #wrong(cell: Cell | undefined, where: string, expected: string, found: string): void {
    const place = cell === undefined ? {} : { line: cell.line, column: cell.column };
    this.mistakes.push({ ...place, where, expected, found });
  }

  #timeOf(cell: Cell): number {
    const at = secondsOf(cell.text);
    const { intervalSeconds } = this.#settings;
    if (at === undefined)
      this.#wrong(
        cell,
        "time",
        "epoch seconds, or a time with its offset such as 2026-03-01T12:00:00Z",
        foundText(cell.text),
      );
    else if (
      this.#before !== undefined &&
      Math.floor(at / intervalSeconds) <= Math.floor(this.#before.at / intervalSeconds)
    )
      this.#wrong(
        cell,
        "time",
        `an interval of ${intervalSeconds} s after that of line ${this.#before.line}`,
        foundText(cell.text),
      );
    return at ?? 0;
  }

  /** Stages are counted from 1 in tables; before the release there is none. */
  #stageOf(cell: Cell): number | null {
    const stages = this.#settings.shares?.length ?? 1;
    const before = this.#before?.stage ?? null;
    if (cell.text === "" && before === null) return null;
    const stage = /^\d{1,4}$/.test(cell.text) ? Number(cell.text) - 1 : -1;
    const [least, most] = [before ?? 0, before === null ? 0 : Math.min(before + 1, stages - 1)];
    if (stage >= least && stage <= most) return stage;
    const expected = least === most ? `${least + 1}` : `${least + 1} or ${most + 1}`;
    this.#wrong(cell, "stage", `${expected}, of ${stages}`, foundText(cell.text));
    return before;
  }

  #numberOf(row: Row, name: string): number | null {
    const cell = this.#cellOf(row, name);
    if (cell.text === "") return null;
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell.text) ? Number(cell.text) : Number.NaN;
    if (value >= 0 && Number.isFinite(value)) return value;
    this.#wrong(cell, name, "a number of 0 or more, or nothing", foundText(cell.text));
    return null;
  }

  /** Bad events are among the requests. */
  #holdTo(
    row: Row,
    values: ReadonlyMap<string, number | null>,
    { name, most }: { name: string; most: string | undefined },
  ) {
    const [value, limit] = [values.get(name) ?? null, most === undefined ? null : (values.get(most) ?? null)];
    if (value === null || limit === null || value <= limit) return;
    this.#wrong(this.#cellOf(row, name), name, `at most the ${limit} of ${most}`, String(value));
  }
}

function numbersOf(
  { amount, requests }: ReturnType<typeof columnsOf>,
  kind: string,
): [name: string, most: string | undefined][] {
  if (requests === undefined) return [[amount, undefined]];
  return [
    [requests, undefined],
    [amount, kind === "latency-mean" ? undefined : requests],
  ];
}

/** Of 2001 to 2286: fewer digits are no epoch seconds, and more are milliseconds. */
const epochSeconds = /^\d{10}(\.\d+)?$/;
const moment = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/i;

function secondsOf(text: string): number | undefined {
  if (epochSeconds.test(text)) return Number(text);
  const ms = moment.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms / 1000;
}
