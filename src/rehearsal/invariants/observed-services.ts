/**
 * Puts an observer between the twin's door and its services: every call that reaches a service is told before and
 * after, with its effect. A call that a fault kept away never reaches a service and is not told.
 */
import { currentFrame } from "#twin/engine";
import type { Answer, Call, Input, Operation, Service } from "#twin/services";
import { AwsError } from "#twin/vocabulary";
import type { EventLog } from "#twin/world";
import type { ArrivingCall, CallOrigin, ObservedCall } from "./observation.ts";

export interface CallObserver {
  asked(asked: ArrivingCall): void;
  seen(seen: ObservedCall): void;
}

/** The same services, watched; whoever asks them has brought the world to the moment of the call. */
export function observedServices(
  services: readonly Service[],
  world: EventLog,
  observer: CallObserver,
): readonly Service[] {
  return services.map((service) => {
    const watched = Object.entries(service.operations).map(([name, operation]): [string, Operation] => [
      name,
      (input, call) => watch({ operation, input, call, world, observer }),
    ]);
    return { ...service, operations: Object.fromEntries(watched) };
  });
}

interface Watched {
  readonly operation: Operation;
  readonly input: Input;
  readonly call: Call;
  readonly world: EventLog;
  readonly observer: CallObserver;
}

async function watch({ operation, input, call, world, observer }: Watched): Promise<Answer> {
  if (isNeighboursOwn(call)) return operation(input, call);
  const asked = { call, frame: seenFrame() };
  observer.asked(asked);
  const before = world.events.length;
  const report = (outcome: ObservedCall["outcome"]) =>
    observer.seen({
      ...asked,
      outcome,
      tookEffect: "answer" in outcome,
      caused: world.events.slice(before),
    });
  try {
    const answer = await operation(input, call);
    report({ answer });
    return answer;
  } catch (error) {
    if (error instanceof AwsError) report({ error });
    throw error;
  }
}

/** What another stack keeps in its own table, or tells the world, is no affair of the one that is watched. */
const isNeighboursOwn = ({ service }: Call): boolean =>
  currentFrame()?.invocation?.neighbour !== undefined &&
  (service === "dynamodb" || service === "eventbridge");

/** Whatever else another stack does is done by an outside hand. */
function seenFrame(): CallOrigin | undefined {
  const frame = currentFrame();
  if (frame?.invocation === undefined || frame.invocation.neighbour !== undefined) return undefined;
  const { execution, state, stage, id } = frame.invocation;
  return { execution, state, stage, invocation: id, ordinal: frame.call?.ordinal ?? 0 };
}
