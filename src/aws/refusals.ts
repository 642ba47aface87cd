/**
 * What is refused for good, and going on all the same: one thing that cannot be put back must not keep the others from
 * being put back.
 */
import { retryableErrors, SlipwayError } from "../core/errors.ts";
import { named } from "./errors.ts";

const mayPass: ReadonlySet<string> = new Set(retryableErrors);

/** Whether trying again is of no use: AWS said no, or the world is not such that it could say yes. */
export function isRefusal(error: unknown): boolean {
  const it = named(error);
  return it instanceof SlipwayError && !mayPass.has(it.name) && it.name !== "LockLost";
}

/** Who said no, in their words. */
export function refusalText(error: unknown): string {
  const it = named(error);
  return it instanceof Error ? `${it.name}: ${it.message}`.slice(0, 500) : String(error);
}

export interface Tries {
  /** Does one thing as far as it is allowed; says whether it was done. @throws LockLost at once: nothing is ours any more. */
  do(act: () => Promise<unknown>): Promise<boolean>;
  /** What was refused, each in the words of who refused it. */
  readonly refused: readonly string[];
  /** Throws the first failure that may pass, or that nobody foresaw, once all has been tried. */
  end(): void;
}

export function tries(): Tries {
  const refused: string[] = [];
  const failed: unknown[] = [];
  return {
    refused,
    async do(act) {
      try {
        await act();
        return true;
      } catch (error) {
        const it = named(error);
        if (it instanceof SlipwayError && it.name === "LockLost") throw error;
        if (isRefusal(error)) refused.push(refusalText(error));
        else failed.push(error);
        return false;
      }
    },
    end() {
      if (failed.length > 0) throw failed[0];
    },
  };
}
