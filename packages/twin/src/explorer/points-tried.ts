/**
 * Which of the points that a run reached are worth a fault. A place that is reached again and again, as the intervals
 * of a bake are, is tried the first time, half-way and the last time: what differs between is only the hour.
 */
import { keyOf, type Point, parsePoint } from "../engine/points.ts";

/** The points of a record, read back. */
export function pointsOf(listed: readonly string[]): Point[] {
  return listed.map((text) => {
    const point = parsePoint(text);
    if (point === undefined) throw new RangeError(`expected a point, found ${text}`);
    return point;
  });
}

/** In the order in which they were reached. */
export function pointsTried(reached: readonly Point[]): Point[] {
  const tried = spread(reached, keyOf);
  return reached.filter((point) => tried.has(point));
}

/** The first, the middle and the last of those that have a key in common. */
export function spread<P>(points: readonly P[], key: (point: P) => string): ReadonlySet<P> {
  const groups = [...Map.groupBy(points, key).values()];
  const some = groups.flatMap((same) => [same[0], same[Math.floor((same.length - 1) / 2)], same.at(-1)]);
  return new Set(some.filter((point) => point !== undefined));
}
