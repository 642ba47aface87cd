/** Several rehearsals side by side, each in a thread, as one is run: in every world, or a plan beside others. */
import { availableParallelism } from "node:os";
import type { RehearsalFacts } from "../core/facts/rehearsal-facts.ts";
import { factsOf } from "../rehearsal/facts/facts.ts";
import type { RehearsalRequest } from "../rehearsal/release/request.ts";
import { openWorkerPool } from "../rehearsal/release/thread.ts";
import { rehearsalThread } from "./code-files.ts";
import { refuseBadEvent } from "./mistakes.ts";
import type { BarProgress, barOn } from "./progress/bar.ts";

/** More threads than this are not worth their memory. */
const mostThreads = 4;

export interface RehearsedVariant {
  /** What it is called beside the others. */
  readonly name: string;
  readonly worldName: string;
  readonly request: RehearsalRequest;
}

/** In the order of the variants. Throws BadInput where the event starts nothing in one of them. */
export async function rehearseVariants(
  variants: readonly RehearsedVariant[],
  phase: BarProgress["phase"],
  bar: ReturnType<typeof barOn>,
): Promise<RehearsalFacts[]> {
  const of = variants.length;
  let done = 0;
  const tell = () => bar.tell({ phase, done, of, runs: done, ofRuns: of });
  const crew = openWorkerPool(rehearsalThread, Math.min(mostThreads, of, availableParallelism()));
  try {
    tell();
    return await crew.rehearse(
      variants.map(({ request }) => request),
      (record, nth) => {
        refuseBadEvent(record);
        const own = variants[nth];
        if (own === undefined) throw new RangeError(`there is no variant ${nth}`);
        return factsOf(own.request, own.worldName, record);
      },
      () => {
        done += 1;
        tell();
      },
    );
  } finally {
    bar.end();
    await crew.close();
  }
}
