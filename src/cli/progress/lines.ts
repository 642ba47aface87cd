/** Progress where nobody looks at a live terminal: one line as each phase begins. */
import { clock } from "../../report/text/figures.ts";
import type { Stream } from "../terminal.ts";
import type { Course, Fleet } from "./phases.ts";

/** `v6 8 of 8 ready` */
export const fleetText = ({ variant, ready, instances }: Fleet): string =>
  `${variant} ${ready} of ${instances} ready`;

/** Call it with every change of the course. */
export function lineByLine(stream: Stream): (course: Course) => void {
  let told = 0;
  return ({ phases, fleets }) => {
    for (const { title, fromSeconds } of phases.slice(told))
      stream.write(`${clock(fromSeconds)}  ${title} (${fleets.map(fleetText).join(", ")})\n`);
    told = phases.length;
  };
}
