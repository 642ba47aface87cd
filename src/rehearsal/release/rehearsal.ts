/** Rehearses one release in the current thread. */
import { assemble, type OnProgress, playHere } from "#twin/engine";
import { applicationOf } from "./application.ts";
import type { RehearsalParts, RehearsalRequest, ReleaseProgress } from "./request.ts";
import { type RunRecord, recordOf } from "./run-record.ts";
import { trafficOf } from "./stage-facts.ts";

/** Takes over the thread's clock and randomness while it runs. Rejects only on a defect of the rehearsal itself. */
export function rehearseHere(
  request: RehearsalRequest,
  parts: RehearsalParts,
  onProgress?: (progress: ReleaseProgress) => void,
): Promise<RunRecord> {
  const told = onProgress && withTraffic(onProgress);
  const { also = [], beside = [] } = request;
  const played = { ...request, also: [...also, ...beside] };
  return playHere(assemble(applicationOf(request, parts), played, told), recordOf(request, parts));
}

/** Tells the share as well that a document names. */
function withTraffic(onProgress: (progress: ReleaseProgress) => void): OnProgress {
  return (progress, document) => {
    const trafficPercent = trafficOf(document);
    onProgress(trafficPercent === undefined ? progress : { ...progress, trafficPercent });
  };
}
