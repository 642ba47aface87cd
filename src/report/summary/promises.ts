/** Whether the invariants held, and whatever else makes a rehearsal worth less than it looks. */
import { counted } from "../text/figures.ts";
import { wrap } from "../text/layout.ts";
import type { Promises } from "../view/promises.ts";
import { labelled, type Page, roomFor } from "./page.ts";

const mostShown = 8;

export function promises({ of, broken, violations, doubts }: Promises, page: Page): string[] {
  const { green, red, bold } = page.paint;
  const room = roomFor(page);
  const but = labelled(
    page,
    "but",
    doubts.flatMap((line) => wrap(line, room)).map((line) => red(line)),
  );
  if (broken.length === 0) return [...labelled(page, "invariants", [`${green("✔")} all ${of} held`]), ...but];
  const names = broken.map(({ name, times }) => `${name} (${times})`).join(", ");
  const more = violations.length - mostShown;
  return [
    ...labelled(page, "invariants", [`${red("✖")} ${bold(`${broken.length} of ${of} broken`)}: ${names}`]),
    ...labelled(
      page,
      "",
      violations.slice(0, mostShown).flatMap((violation) => wrap(violation, room)),
    ),
    ...(more > 0 ? labelled(page, "", [`… and ${counted(more, "more", "more")}: see --json`]) : []),
    ...but,
  ];
}
