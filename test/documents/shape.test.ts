/** A number that is released keeps its shape, and its golden documents: older ones would be read as if they had the new one. */
import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { releasedShape, shapeText } from "../../scripts/document-shape.ts";
import { documentSchema } from "../../src/core/release/document/upcasters.ts";

const anotherShape = `documents of number ${documentSchema} are released with another shape: add an upcaster (docs/EXTENDING.md, "A change of the document")`;

test("a number that is released has the shape of its golden documents", () => {
  const released = releasedShape();

  expect(released === undefined || released === shapeText(), anotherShape).toBe(true);
});

test("each number before has its golden documents", () => {
  const folder = new URL("../data/documents/", import.meta.url);
  const before = Array.from({ length: documentSchema }, (_, number) =>
    number === 0 ? "unnumbered" : `${number}`,
  );

  expect(before.filter((name) => !existsSync(new URL(`${name}/`, folder)))).toEqual([]);
  for (const name of before)
    expect(readdirSync(new URL(`${name}/`, folder))).toEqual(
      expect.arrayContaining(["bad-errors.json", "healthy.json", "training.json"]),
    );
});
