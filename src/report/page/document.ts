/** What every page is made of: one file with its style, its script and the exact values behind its pictures. */
import type { Chart } from "../view/chart.ts";
import type { Extent } from "./drawing.ts";
import { block } from "./exact-values.ts";
import { escaped, joined } from "./markup.ts";
import page from "./script.json" with { type: "json" };
import { style } from "./style.ts";

/** Nothing is fetched, and nothing but what is here runs. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export interface PageOptions {
  /** After how long a browser is to ask for the page again; absent: never. */
  readonly refreshSeconds?: number;
}

export interface PageParts {
  readonly title: string;
  /** Markup, in order; what is empty is left out. */
  readonly content: readonly string[];
  /** Those that the content draws. */
  readonly charts: readonly Chart[];
}

export function documentOf(
  { title, content, charts }: PageParts,
  { refreshSeconds }: PageOptions = {},
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
${refreshSeconds === undefined ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}">\n`}<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${joined(content)}
</main>
${charts.length === 0 ? "" : `<script type="application/octet-stream" id="exact">${block(charts)}</script>\n<script>${page.script}</script>`}
</body>
</html>
`;
}

/** A part of a page with its heading; nothing where it has no content. */
export const section = (id: string, title: string, content: string): string =>
  content === ""
    ? ""
    : `<section aria-labelledby="${id}"><h2 id="${id}">${escaped(title)}</h2>\n${content}\n</section>`;

/** With which a reader names a moment, and a part of the time axis, for all charts of a page. */
export const tools = ({ to }: Extent): string =>
  `<div class="tools"><label for="moment">Moment</label><input id="moment" type="range" min="0" max="${Math.ceil(to)}" step="1" value="0"><output id="moment-said" for="moment"></output><button type="button" id="closer">Closer</button><button type="button" id="wider">Wider</button><button type="button" id="whole">Whole</button></div>`;
