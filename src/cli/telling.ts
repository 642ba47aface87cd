/** Sentences of the command, each a line: whole for a program that reads lines, folded for somebody who looks. */
import { fold } from "../report/text/layout.ts";
import type { Stream } from "./terminal.ts";

export function tell(stream: Stream, ...lines: readonly string[]): void {
  const told = stream.live ? lines.flatMap((line) => fold(line, stream.columns)) : lines;
  stream.write(told.map((line) => `${line}\n`).join(""));
}
