/** What differs between two plans, value by value, in the order of the later one. */
import { foundText, type PathStep, pathText } from "../input/bad-input.ts";

export interface Difference {
  /** `rollout.stages[1].bakeMinutes` */
  readonly where: string;
  /** As a person would read it; absent where there was nothing. */
  readonly from?: string;
  readonly to?: string;
}

/** Between plain data, as a table or a file holds it; empty where both say the same. */
export function differences(from: unknown, to: unknown, path: readonly PathStep[] = []): Difference[] {
  if (from === to) return [];
  if (isPlain(from) && isPlain(to)) {
    const keys = [...Object.keys(to), ...Object.keys(from).filter((key) => !Object.hasOwn(to, key))];
    return keys.flatMap((key) => differences(own(from, key), own(to, key), [...path, key]));
  }
  if (Array.isArray(from) && Array.isArray(to)) {
    const longest = Math.max(from.length, to.length);
    return Array.from({ length: longest }, (_, i) => differences(from[i], to[i], [...path, i])).flat();
  }
  const where = pathText(path);
  return [
    {
      where,
      ...(from === undefined ? {} : { from: textOf(from) }),
      ...(to === undefined ? {} : { to: textOf(to) }),
    },
  ];
}

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const own = (value: Plain, key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);

const textOf = (value: unknown) =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : foundText(value);
