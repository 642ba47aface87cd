/** The results as a picture: how near each engine comes to the limit, and how often each cries wolf. */
import { ALPHA } from "../cells.ts";
import type { CellResult, EngineResult } from "../measure.ts";

const WIDTH = 1180;
const HEIGHT = 560;
const PANEL = { top: 84, bottom: 500 } as const;
const LEFT = { from: 70, to: 560 } as const;
const RIGHT = { from: 650, to: 1150 } as const;
const TRUSTED = 0.05;
const COLOURS: Readonly<Record<string, string>> = {
  slipway: "#0b6e4f",
  oracle: "#9aa0a6",
  flagger: "#3b6fb6",
  argo: "#d1672b",
  "alarm 1 of 1": "#b8860b",
  "alarm 3 of 3": "#8e5bb0",
  kayenta: "#c2385a",
};
const PEERS = Object.keys(COLOURS);

export function pictureOf(results: readonly CellResult[]): string {
  const shapes = [...title(), ...nearness(results), ...falseAlarms(results)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#222">
<title>Minutes to detect a bad release against the limit, and healthy releases rolled back, by engine</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${shapes.join("\n")}
</svg>
`;
}

function title(): string[] {
  return [
    text(
      LEFT.from,
      30,
      "Minutes to detect a bad release, against the least any test could need",
      'font-size="15" font-weight="600"',
    ),
    text(LEFT.from, 50, "Counts and staged shares, from the fault's onset. Filled: under 5 % of the cell's"),
    text(LEFT.from, 66, "healthy releases rolled back; hollow: more. A good engine is filled and low."),
    text(RIGHT.from, 30, "Healthy releases rolled back", 'font-size="15" font-weight="600"'),
    text(
      RIGHT.from,
      50,
      `Each dot a cell, by kind of noise; the line is the ${100 * ALPHA} % that was asked for.`,
    ),
  ];
}

/** Log-log: the limit across, minutes taken up; the diagonal is the limit itself. */
function nearness(results: readonly CellResult[]): string[] {
  const x = logScale([0.8, 40], [LEFT.from, LEFT.to]);
  const y = logScale([0.8, 300], [PANEL.bottom, PANEL.top]);
  const used = results.filter(({ cell }) => cell.group === "count" || cell.group === "staged");
  const dots = used.flatMap(({ limitMinutes, engines }) =>
    engines.map((each) => dot(x(limitMinutes), y(Math.max(each.meanMinutes, 0.8)), each)),
  );
  const ticks = [1, 2, 5, 10, 20, 40].flatMap((at) => [
    line(x(at), PANEL.top, x(at), PANEL.bottom),
    text(x(at), PANEL.bottom + 18, `${at}`, 'text-anchor="middle"'),
  ]);
  const levels = [1, 3, 10, 30, 100, 300].flatMap((at) => [
    line(LEFT.from, y(at), LEFT.to, y(at)),
    text(LEFT.from - 8, y(at) + 4, `${at}`, 'text-anchor="end"'),
  ]);
  return [
    ...ticks,
    ...levels,
    `<line x1="${x(0.8)}" y1="${y(0.8)}" x2="${x(40)}" y2="${y(40)}" stroke="#222" stroke-width="1.5"/>`,
    text(x(31), y(22), "limit", 'fill="#222" font-style="italic"'),
    ...dots,
    text((LEFT.from + LEFT.to) / 2, PANEL.bottom + 38, "limit, minutes", 'text-anchor="middle"'),
    ...legend(),
  ];
}

const KINDS = [
  ["count", "counts"],
  ["staged", "staged"],
  ["noise", "noise"],
  ["shock", "shock"],
  ["missing", "missing"],
] as const;

function falseAlarms(results: readonly CellResult[]): string[] {
  const y = logScale([0.0005, 1], [PANEL.bottom, PANEL.top]);
  const column = (RIGHT.to - RIGHT.from) / KINDS.length;
  const levels = [0.001, 0.01, 0.1, 1].flatMap((at) => [
    line(RIGHT.from, y(at), RIGHT.to, y(at)),
    text(RIGHT.from - 8, y(at) + 4, `${100 * at} %`, 'text-anchor="end"'),
  ]);
  const dots = KINDS.flatMap(([group], kind) =>
    results
      .filter(({ cell }) => cell.group === group)
      .flatMap(({ engines }, i, all) =>
        engines.map((each) => {
          const lane = PEERS.indexOf(each.engine) + (i + 0.5) / all.length;
          const x = RIGHT.from + column * (kind + 0.05 + (0.9 * lane) / PEERS.length);
          return dot(x, y(Math.max(each.falseRollbacks, 0.0005)), each);
        }),
      ),
  );
  const names = KINDS.map(([, name], kind) =>
    text(RIGHT.from + column * (kind + 0.5), PANEL.bottom + 18, name, 'text-anchor="middle"'),
  );
  const asked = `<line x1="${RIGHT.from}" y1="${y(ALPHA)}" x2="${RIGHT.to}" y2="${y(ALPHA)}" stroke="#222" stroke-width="1.5"/>`;
  return [...levels, asked, ...dots, ...names];
}

function legend(): string[] {
  return PEERS.flatMap((engine, i) => {
    const x = LEFT.from + i * 100;
    return [
      `<circle cx="${x}" cy="${HEIGHT - 8}" r="4" fill="${COLOURS[engine] ?? "#000"}"/>`,
      text(x + 9, HEIGHT - 4, engine),
    ];
  });
}

function dot(x: number, y: number, { engine, falseRollbacks }: EngineResult): string {
  const colour = COLOURS[engine] ?? "#000";
  const fill = falseRollbacks < TRUSTED ? colour : "none";
  const at = `cx="${x.toFixed(1)}" cy="${y.toFixed(1)}"`;
  return `<circle ${at} r="${engine === "slipway" ? 4 : 3}" fill="${fill}" fill-opacity=".75" stroke="${colour}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#e3e3e3"/>`;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content}</text>`;
}

function logScale(
  domain: readonly [number, number],
  range: readonly [number, number],
): (value: number) => number {
  const [from, to] = [Math.log(domain[0]), Math.log(domain[1])];
  return (value) => range[0] + ((Math.log(value) - from) / (to - from)) * (range[1] - range[0]);
}
