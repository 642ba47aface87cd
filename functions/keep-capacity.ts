/**
 * Sees to it that training capacity lasts as long as its lease: a warm pool ends after its keep-alive, and is primed again
 * before that, or once it is lost; where what it waits for is late, its lease is extended first. Its release has closed:
 * whatever goes wrong here, the lease goes on, and the next sweep tries again.
 */
import { extendLease, keptPool, primeAgain } from "../src/aws/keeping.ts";
import { lambda, type Step } from "../src/aws/lambda.ts";
import { Ledger } from "../src/aws/ledger.ts";
import { completionIn } from "../src/core/plan/completion.ts";
import { forward } from "../src/core/release/document/reading.ts";
import {
  extensionOf,
  type HeldPool,
  KeepInput,
  Keeping,
  nextKeeping,
  raiseId,
  tryAgainAt,
} from "../src/core/release/keeping.ts";
import { polling } from "../src/core/release/polling.ts";

export const keepCapacity: Step<KeepInput, Keeping> = async (doc, tools) => {
  const { release, extendMinutes, keeping } = doc;
  const poll = polling(keeping, tools.now);
  const ledger = await Ledger.forward(tools.aws, release);
  const answer = (status: Keeping["status"], { reason, keptUntil }: Omit<HeldPool, "status">): Keeping => ({
    status,
    reason,
    waitSeconds: poll.waitSeconds(),
    since: poll.since,
    ...(keptUntil !== undefined && { keptUntil }),
  });
  if (extendMinutes !== undefined) await extendLease(tools, ledger, { release, extendMinutes });
  // A cluster keeps as many nodes as it is to have: of a group nothing is seen to but the end of its lease.
  const raised = ledger.find(raiseId);
  if (raised !== undefined)
    return answer("kept", { reason: `instance group ${raised.resource.name} keeps what it was given` });
  const { primer, until, pool } = await keptPool(tools, ledger, doc);
  // A lease that may be extended ends no sooner than that.
  const more = extensionOf(completionIn(doc.plan, release.milestone), ledger.changes, tools.now()) ?? 0;
  const lastsUntil = new Date(Date.parse(until) + more * 60_000).toISOString();
  const next = nextKeeping(pool, lastsUntil, tools.now());
  if (next === "leave") return answer("kept", pool);
  if (next === "wait") return answer("waiting", pool);
  // What was primed by this execution and has not come, or not stayed, will not either if asked again at once.
  if (keeping !== undefined && primer.at >= keeping.since) {
    const again = tryAgainAt(pool, tools.now());
    return { ...answer("lost", pool), ...(again !== undefined && { tryAgainAt: again }) };
  }
  const primed = await primeAgain(tools, ledger, { doc, primer });
  return answer("waiting", { reason: `${pool.reason}; ${primed} primes it again` });
};

export const contract = { input: KeepInput, output: Keeping, document: forward };
export const handler = lambda(keepCapacity, contract);
