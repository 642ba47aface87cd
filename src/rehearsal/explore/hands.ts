/**
 * Where hands are laid on the account: at each state entered, just before it, and before each call that changes AWS, which
 * is the moment between a step's last look and what it does. Of each the first, the middle and the last time that there
 * is something to lay that hand on.
 */
import { type HandKind, isHand, type Moment, type Point, parsePoint } from "#twin/engine";
import { type Experiment, spread } from "#twin/explorer";
import { scalableKinds } from "#twin/world";
import { handText, sweepOff } from "../release/hand-calls.ts";

interface Place {
  readonly point: Point;
  readonly hands: readonly HandKind[];
}

/** Each hand at each of its places; the sweep is switched off as the release begins, and the release stopped later. */
export function laid(moments: readonly Moment[]): Experiment[] {
  const places = placesOf(moments);
  const kinds = [...new Set(places.flatMap(({ hands }) => hands))];
  return kinds.flatMap((kind) => {
    const own = spread(
      places.filter(({ hands }) => hands.includes(kind)),
      ({ point }) => (point.at === "call" ? `${point.state}/${point.operation}` : point.state),
    );
    const tried = places.filter((place) => own.has(place)).map(({ point }) => point);
    return kind === sweepOff
      ? stoppedWithoutSweep(tried)
      : tried.map((point) => ({ faults: [{ kind, point }] }));
  });
}

/** Where nothing is stopped, nobody misses the sweep. */
function stoppedWithoutSweep(tried: readonly Point[]): Experiment[] {
  const [first, ...rest] = tried.filter(({ at }) => at === "entry");
  if (first === undefined) return [];
  return rest.filter(comesWithoutSweep).map((point) => ({
    faults: [
      { kind: sweepOff, point: first },
      { kind: "stop", point },
    ],
  }));
}

/** Where the sweep has a pool seen to that is held: states of an execution that nothing else starts. */
const sweptStates: ReadonlySet<string> = new Set(["KeepCapacity", "CapacityKept", "WaitToKeep"]);

/** What comes after that comes without the sweep as well, but for such states, and where it is the first of its kind. */
function comesWithoutSweep({ state, occurrence }: Point, place: number, all: readonly Point[]): boolean {
  const swept = all.findIndex((point) => sweptStates.has(point.state));
  return swept === -1 || place < swept || (occurrence === 1 && !sweptStates.has(state));
}

const writing = /\.(Create|Update|Delete|Register|Deregister|Put)/;
/** The services that a release changes, and of what a model leans on the calls that set it. */
const services = /^(sagemaker|application-autoscaling)\./;
const settings = new Set(
  scalableKinds.flatMap(({ actions }) => actions.map((action) => action.replace(":", "."))),
);
const isChanging = (operation: string): boolean =>
  writing.test(operation) && (services.test(operation) || settings.has(operation));

/** Of entries at one moment with nothing done between, the last; a release that does nothing more is over. */
function placesOf(moments: readonly Moment[]): Place[] {
  const all = moments.flatMap(({ point: text, atMs, hands }) => {
    const point = parsePoint(text);
    return point === undefined ? [] : [{ point, atMs, hands }];
  });
  const last = all.findLastIndex(({ point }) => point.at === "call");
  return all.slice(0, last + 1).filter(({ point, atMs }, i) => {
    if (point.at === "call") return isChanging(point.operation);
    const next = all[i + 1];
    return point.at === "entry" && !(next?.point.at === "entry" && next.atMs === atMs);
  });
}

/** What somebody did in an experiment, for a person; undefined where nobody did. */
export function handsText({ faults }: Experiment, endpoint: string): string | undefined {
  const told = faults.flatMap(({ kind, point }) =>
    isHand(kind) ? [`somebody ${handText(kind, endpoint)} at ${point.state}`] : [],
  );
  return told.length === 0 ? undefined : told.join("; ");
}
