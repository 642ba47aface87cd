/** What ends a command before it has begun: each mistake in one line, and nothing is run. */
import { formatMistake, type Mistake } from "../core/input/bad-input.ts";

/** The command line itself is wrong. */
export class BadUsage extends Error {
  override readonly name = "BadUsage";
  readonly mistakes: readonly string[];
  /** Whose help says more; absent while no command is known. */
  command: string | undefined;
  constructor(mistakes: readonly string[], command?: string) {
    super(mistakes.join("\n"));
    this.mistakes = mistakes;
    this.command = command;
  }
}

/** Something that the command line names is wrong: a plan, a world, an event. */
export class BadInput extends Error {
  override readonly name = "BadInput";
  readonly mistakes: readonly string[];
  /** Those of them that have a place of their own. */
  readonly found: readonly Mistake[];
  /** What has not happened. */
  readonly end: string;
  constructor(mistakes: readonly (Mistake | string)[], end = "nothing was run") {
    const messages = mistakes.map((each) => (typeof each === "string" ? each : formatMistake(each)));
    super(messages.join("\n"));
    this.mistakes = messages;
    this.found = mistakes.filter((each) => typeof each !== "string");
    this.end = end;
  }
}

/** The command could not do its work, for a reason that needs no stack to be understood. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/** What a look at a deployment finds. Throws CommandFailed where it fails: `lack` is what is not so then. */
export async function looked<T>(lack: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof BadInput) throw error;
    const { name, message } = error as Error;
    throw new CommandFailed(`${lack}: ${name}: ${message}`);
  }
}

/** The messages of a function that failed, out of the JSON that Lambda makes of its error; any other reason as it is. */
export function causesOf(reason: string): string[] {
  try {
    const { errorMessage } = JSON.parse(reason) as { errorMessage?: unknown };
    if (typeof errorMessage === "string") return errorMessage.split("\n");
  } catch {
    // No JSON: the reason is a sentence.
  }
  return [reason];
}

/** Throws BadInput where a rehearsal's event opened no release, since it is none. */
export function refuseBadEvent({
  outcome,
  reason,
}: {
  readonly outcome: string;
  readonly reason: string;
}): void {
  if (outcome === "bad-input")
    throw new BadInput(
      causesOf(reason).map((cause) => `the event: ${cause}`),
      "no release was opened",
    );
}
