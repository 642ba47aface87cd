/** Links in Markdown lead somewhere: relative ones to a file that is there, anchors to a heading of it; and each page is reached from the README. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { describe, expect, it, test } from "vitest";

const skipped = /(^|\/)(node_modules|dist|\.[\w-]+|artefacts)(\/|$)/;
const pages = readdirSync(".", { recursive: true, encoding: "utf8" }).filter(
  (path) => path.endsWith(".md") && !skipped.test(path),
);
const textOf = (path: string) => readFileSync(path, "utf8");

/** What a page shows as it is written is no link. */
const withoutCode = (text: string) =>
  text.replace(/^(```+|~~~)[^\n]*\n[\s\S]*?^\1$/gm, "").replace(/`[^`\n]*`/g, "");

interface Link {
  readonly from: string;
  readonly to: string;
  /** From the root, of a relative link. */
  readonly path: string;
  readonly anchor: string;
}

function linksIn(from: string, text = textOf(from)): Link[] {
  return [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, to = ""]) => to)
    .filter((to) => !/^[a-z]+:/.test(to))
    .map((to) => {
      const [path = "", anchor = ""] = to.split("#");
      const own = path === "" ? from : normalize(join(dirname(from), path));
      return { from, to, path: own, anchor };
    });
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsIn(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, heading = ""] of text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[*`]/g, "");
    const slug = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** What of a link is amiss. */
function faultOf({ from, to, path, anchor }: Link): string[] {
  if (!existsSync(path)) return [`${from}: ${to} is not there`];
  if (anchor === "" || !path.endsWith(".md")) return [];
  return anchorsIn(textOf(path)).has(anchor) ? [] : [`${from}: ${to} has no such heading`];
}

test("every relative link leads to a file that is there, and its anchor to a heading", () => {
  const links = pages.flatMap((page) => linksIn(page));

  expect(links.length).toBeGreaterThan(80);
  expect(links.flatMap(faultOf)).toEqual([]);
});

test("every page of docs is reached from the README by one link", () => {
  const reached = new Set(linksIn("README.md").map(({ path }) => path));
  const documents = readdirSync("docs").filter((name) => name.endsWith(".md"));

  expect(documents.length).toBeGreaterThan(10);
  expect(documents.map((name) => join("docs", name)).filter((path) => !reached.has(path))).toEqual([]);
});

test("every picture is shown somewhere, and says in words what it shows", () => {
  const shown = pages.flatMap((page) =>
    [...textOf(page).matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, text = "", path = ""]) => ({
      text,
      path: relative(".", join(dirname(page), path)),
    })),
  );
  const there = readdirSync("docs/pictures").map((name) => join("docs/pictures", name));

  expect(shown.filter(({ text }) => text.length < 40)).toEqual([]);
  expect(there.filter((path) => !shown.some((each) => each.path === path))).toEqual([]);
});

describe("what is amiss", () => {
  const readmes = (text: string) => linksIn("README.md", text).flatMap(faultOf);

  it("is a file that is not there, and a heading that is not", () => {
    expect(
      readmes("[a](docs/NONE.md) [b](docs/PLANS.md#begin) [c](docs/PLANS.md#beginn) [d](#none)"),
    ).toEqual([
      "README.md: docs/NONE.md is not there",
      "README.md: docs/PLANS.md#beginn has no such heading",
      "README.md: #none has no such heading",
    ]);
  });

  it("is nothing in code", () => {
    expect(readmes("`[a](docs/NONE.md)`\n```\n[b](docs/NONE.md)\n```\n")).toEqual([]);
  });

  it("minds headings with signs, code and the same words twice", () => {
    expect([...anchorsIn("# A `b`, c: d!\n## [E](f)\n## E\n### α, and Ω\n```\n# no\n```\n")]).toEqual([
      "a-b-c-d",
      "e",
      "e-1",
      "α-and-ω",
    ]);
  });
});
