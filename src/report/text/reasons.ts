/** A reason as it is read: what several gates have to say, each from a line of its own on. */
import { gateNames } from "../../core/gates/names.ts";
import { wrap } from "./layout.ts";

const beforeGate = new RegExp(`(?:^|\\.? +)(?=gate (?:${gateNames.join("|")}): expected )`);

/** In lines of at most `width`; what one gate says goes on below its name. A reason without gates is one text. */
export function reasonLines(reason: string, width: number): string[] {
  const [first = "", ...others] = reason.split(beforeGate);
  const isOfGates = others.length > 0;
  return [first, ...others].flatMap((text) => {
    if (text === "" && isOfGates) return [];
    if (!text.startsWith("gate ")) return wrap(text, width);
    return wrap(text, width - hanging.length).map((line, nth) => (nth === 0 ? line : hanging + line));
  });
}

const hanging = "  ";
