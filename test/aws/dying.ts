/** A process that is killed at one of its calls: that call's answer never comes, and no other call is made. */
import { connect, type Wire } from "../../src/aws/clients.ts";

export class Killed extends Error {
  override readonly name = "Killed";
}

export interface Kill {
  /** At which call, from 1. */
  readonly at: number;
  /** Whether that call reaches AWS all the same. */
  readonly takesEffect: boolean;
}

/** Clients of such a process, and how many calls it has made. */
export function dying(wire: Wire, kill: Kill | undefined) {
  let calls = 0;
  const handle: Wire["handle"] = async (request) => {
    calls += 1;
    if (kill === undefined || calls < kill.at) return wire.handle(request);
    if (calls === kill.at && kill.takesEffect) await wire.handle(request);
    throw new Killed();
  };
  return {
    aws: connect({ handle }),
    calls: () => calls,
    isDead: () => kill !== undefined && calls >= kill.at,
  };
}
