/** Settings of a command line and of its file, as one: what the line says wins. */
import { BadMinutes, type Mistake } from "../minutes/mistakes.ts";
import { checkedSettings, type MinutesSettings } from "../minutes/settings.ts";

/** A mistake, and the file that it is in; none where it is in the command line. */
export type PlacedMistake = Mistake & { readonly file?: string };

export interface SettingsFile {
  readonly file: string;
  /** What its text stands for. */
  readonly document: unknown;
}

/** Settings by the option that gives each. */
const settingOf = {
  tolerance: "tolerance",
  alpha: "alpha",
  beta: "beta",
  "minimum-requests": "minimumRequests",
  "interval-seconds": "intervalSeconds",
  "bake-minutes": "bakeMinutes",
  "settle-minutes": "settleMinutes",
  "candidate-instances": "candidateInstances",
  "stable-instances": "stableInstances",
} as const;

type Values = Readonly<Record<string, string | undefined>>;

export function settingsGiven(
  values: Values,
  from: SettingsFile | undefined,
): { readonly settings: MinutesSettings; readonly mistakes: readonly PlacedMistake[] } {
  const line = lineSettings(values);
  const file = from === undefined ? {} : from.document;
  const kpisTwice = values.kpi !== undefined && typeof file === "object" && file !== null && "kpis" in file;
  const mistakes = [
    ...mistakesIn(line).map((each) => ({ ...each, where: optionOf(each.where) })),
    ...(kpisTwice
      ? [{ where: "--kpi", expected: "KPIs either here or in the settings", found: "them in both" }]
      : []),
    ...mistakesIn(file).map((each) => ({ ...each, ...(from === undefined ? {} : { file: from.file }) })),
  ];
  return mistakes.length > 0
    ? { settings: {}, mistakes }
    : { settings: { ...(file as MinutesSettings), ...(line as MinutesSettings) }, mistakes };
}

/** Words that are no numbers are left as they are, for the check to find. */
function lineSettings(values: Values): Readonly<Record<string, unknown>> {
  const numbers = Object.entries(settingOf).flatMap(([option, setting]) => {
    const text = values[option];
    return text === undefined ? [] : [[setting, numberIn(text)]];
  });
  const { shares, kpi } = values;
  return {
    ...Object.fromEntries(numbers),
    ...(shares === undefined ? {} : { shares: shares.split(",").map(numberIn) }),
    ...(kpi === undefined ? {} : { kpis: [{ kind: kpi }] }),
  };
}

const numberIn = (text: string): number | string =>
  /^\s*-?(\d+\.?\d*|\.\d+)\s*$/.test(text) ? Number(text) : text;

function mistakesIn(document: unknown): readonly Mistake[] {
  try {
    checkedSettings(document);
    return [];
  } catch (error) {
    if (error instanceof BadMinutes) return error.mistakes;
    throw error;
  }
}

/** `--bake-minutes` of `bakeMinutes`, `--kpi` of `kpis[0].kind`. */
function optionOf(where: string): string {
  const [name = where] = where.split(/[[.]/);
  const option = Object.entries(settingOf).find(([, setting]) => setting === name)?.[0];
  return `--${option ?? (name === "kpis" ? "kpi" : name)}`;
}
