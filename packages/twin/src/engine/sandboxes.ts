/**
 * Where invocations run. A sandbox serves one at a time and is kept for the next of its function; in between it is
 * frozen: what was left at work stands still and goes on when the next invocation thaws it, however much later.
 *
 * "Background processes or callbacks that were initiated by your Lambda function and did not complete when the function
 * ended resume if Lambda reuses the execution environment" (Lambda developer guide, execution environment lifecycle).
 */
import type { Invocation, Sandbox } from "./frames.ts";

export interface Sandboxes {
  /** The sandbox of the function that was used last, thawed, or a new one. */
  take(functionArn: string): Sandbox;
  /** Freezes a sandbox whose invocation has answered. */
  giveBack(functionArn: string, sandbox: Sandbox): void;
}

export function createSandboxes(): Sandboxes {
  const idle = new Map<string, Sandbox[]>();
  return {
    take(functionArn) {
      const sandbox = idle.get(functionArn)?.pop();
      if (sandbox === undefined) return { frozen: false, held: [], left: new Set() };
      sandbox.frozen = false;
      for (const goOn of sandbox.held.splice(0)) goOn();
      return sandbox;
    },
    giveBack(functionArn, sandbox) {
      sandbox.frozen = true;
      const others = idle.get(functionArn) ?? [];
      idle.set(functionArn, [...others, sandbox]);
    },
  };
}

/** Runs a callback, or holds it where the sandbox that it belongs to is frozen. */
export function runThawed(invocation: Invocation | undefined, callback: () => void): void {
  if (invocation?.sandbox.frozen === true) invocation.sandbox.held.push(callback);
  else callback();
}
