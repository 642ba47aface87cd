/** A drawing that stands alone: lines over two axes, on a light ground, with its words for who does not see it. */
import { palette } from "../../src/report/page/palette.ts";

const { light } = palette;

interface Line {
  readonly label: string;
  readonly colour: "stable" | "candidate" | "threshold" | "good" | "bad" | "mark";
  readonly dashes?: string;
  /** In the order of x; null where nothing is known. */
  readonly points: readonly (readonly [x: number, y: number | null])[];
  /** Its value holds until the next. */
  readonly isStep?: boolean;
}

interface AxisOf {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly (readonly [at: number, label: string])[];
  readonly isLog?: boolean;
}

interface Drawing {
  readonly title: string;
  /** What it shows, in a sentence or two. */
  readonly description: string;
  readonly x: AxisOf;
  readonly y: AxisOf;
  readonly lines: readonly Line[];
  /** Upright lines with a word. */
  readonly moments?: readonly (readonly [x: number, label: string])[];
}

const size = { width: 900, height: 380 } as const;
const plot = { left: 78, right: 876, top: 88, bottom: 326 } as const;

export function svgOf({ title, description, x, y, lines, moments = [] }: Drawing): string {
  const across = scaleOf(x, plot.left, plot.right);
  const upwards = scaleOf(y, plot.bottom, plot.top);
  const shapes = [
    ...y.ticks.flatMap(([at, label]) => [
      rule(plot.left, upwards(at), plot.right, upwards(at), light.line),
      text(plot.left - 8, upwards(at) + 4, label, { fill: light.muted, anchor: "end" }),
    ]),
    ...x.ticks.map(([at, label]) =>
      text(across(at), plot.bottom + 20, label, { fill: light.muted, anchor: "middle" }),
    ),
    ...moments.flatMap(([at, label]) => [
      rule(across(at), plot.top, across(at), plot.bottom, light.load, "2 3"),
      text(across(at) + 4, plot.top + 12, label, { fill: light.muted }),
    ]),
    rule(plot.left, plot.bottom, plot.right, plot.bottom, light.mark),
    ...lines.map((line) => pathOf(line, across, upwards)),
    text((plot.left + plot.right) / 2, plot.bottom + 42, x.label, { anchor: "middle" }),
    text(plot.left, plot.top - 12, y.label, {}),
    ...legendOf(lines),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="title description" font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="13">
<title id="title">${escaped(title)}</title>
<desc id="description">${escaped(description)}</desc>
<rect width="${size.width}" height="${size.height}" fill="${light.surface}"/>
${text(plot.left, 28, title, { weight: 600, size: 16 })}
${shapes.join("\n")}
</svg>
`;
}

function scaleOf({ from, to, isLog = false }: AxisOf, start: number, end: number): (value: number) => number {
  const of = (value: number) => (isLog ? Math.log(value) : value);
  return (value) => {
    const kept = Math.min(to, Math.max(from, value));
    return start + ((of(kept) - of(from)) / (of(to) - of(from))) * (end - start);
  };
}

type Scale = ReturnType<typeof scaleOf>;

function pathOf({ points, colour, dashes, isStep = false }: Line, across: Scale, upwards: Scale): string {
  let d = "";
  let isOn = false;
  for (const [x, y] of points) {
    if (y === null) {
      isOn = false;
      continue;
    }
    const [left, top] = [across(x).toFixed(1), upwards(y).toFixed(1)];
    d += isOn ? (isStep ? `H${left}V${top}` : `L${left} ${top}`) : `M${left} ${top}`;
    isOn = true;
  }
  return `<path d="${d}" fill="none" stroke="${light[colour]}" stroke-width="2"${dashed(dashes)}/>`;
}

/** Beside each other under the title; each key is drawn as its line is. */
function legendOf(lines: readonly Line[]): string[] {
  let left: number = plot.left;
  return lines.flatMap(({ label, colour, dashes }) => {
    const from = left;
    left += 62 + 7.1 * label.length;
    return [rule(from, 50, from + 32, 50, light[colour], dashes, 2), text(from + 39, 54, label, {})];
  });
}

interface Written {
  readonly fill?: string;
  readonly anchor?: string;
  readonly weight?: number;
  readonly size?: number;
}

function text(
  x: number,
  y: number,
  content: string,
  { fill = light.ink, anchor, weight, size: points }: Written,
): string {
  const more = [
    ...(anchor === undefined ? [] : [` text-anchor="${anchor}"`]),
    ...(weight === undefined ? [] : [` font-weight="${weight}"`]),
    ...(points === undefined ? [] : [` font-size="${points}"`]),
  ].join("");
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" fill="${fill}"${more}>${escaped(content)}</text>`;
}

function rule(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  stroke: string,
  dashes?: string,
  width = 1,
): string {
  return `<path d="M${x1.toFixed(1)} ${y1.toFixed(1)}L${x2.toFixed(1)} ${y2.toFixed(1)}" stroke="${stroke}" stroke-width="${width}"${dashed(dashes)}/>`;
}

const dashed = (dashes: string | undefined): string =>
  dashes === undefined ? "" : ` stroke-dasharray="${dashes}"`;

const escaped = (content: string): string =>
  content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
