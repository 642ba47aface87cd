/** A command line at a terminal at which somebody sits, whose answers are known before. */
import { runCommand } from "../../src/cli/command.ts";
import { keptStream, type Spoken } from "./spoken.ts";

export interface Conversed extends Spoken {
  /** What was asked, in its order. */
  readonly asked: readonly string[];
  /** Answers that nobody asked for. */
  readonly left: readonly string[];
}

/** The input ends with the last answer. */
export async function converse(answers: readonly string[], ...args: readonly string[]): Promise<Conversed> {
  const [out, err] = [keptStream(), keptStream(true)];
  const left = [...answers];
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return left.shift();
  };
  const code = await runCommand(args, { out, err, converse: () => ({ ask, close: () => undefined }) });
  return { code, out: out.text, err: err.text, asked, left };
}
