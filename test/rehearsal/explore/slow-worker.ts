/** A thread for tests: it takes as long as it is asked to, and fails where it is asked to. */
import { serveThread } from "#twin/engine";

export interface Slow {
  readonly ms: number;
  readonly fails?: true;
}

serveThread(async ({ ms, fails }: Slow) => {
  await new Promise((resolve) => setTimeout(resolve, ms));
  if (fails === true) throw new Error("no");
  return ms;
});
