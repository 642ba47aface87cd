/**
 * How different two colours look: CIEDE2000, after Sharma, Wu and Dalal, "The CIEDE2000 color-difference formula:
 * implementation notes, supplementary test data, and mathematical observations", 2005. About 1 is just noticed side by side.
 */
import { type Colour, linearOf } from "./contrast.ts";

/** CIE L*a*b* under the illuminant D65. */
export type Lab = readonly [lightness: number, a: number, b: number];

const degrees = (radians: number) => (radians * 180) / Math.PI;
const sine = (angle: number) => Math.sin((angle * Math.PI) / 180);
const cosine = (angle: number) => Math.cos((angle * Math.PI) / 180);

/** Of sRGB, IEC 61966-2-1. */
export function labOf([r, g, b]: Colour): Lab {
  const [red, green, blue] = [linearOf(r), linearOf(g), linearOf(b)];
  const curved = (value: number) =>
    value > (6 / 29) ** 3 ? Math.cbrt(value) : value / (3 * (6 / 29) ** 2) + 4 / 29;
  const x = curved((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = curved(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = curved((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** Chroma and hue, the a-axis stretched near grey. */
function polarOf([, a, b]: Lab, stretch: number): readonly [chroma: number, hue: number] {
  const stretched = a * (1 + stretch);
  const hue = stretched === 0 && b === 0 ? 0 : (degrees(Math.atan2(b, stretched)) + 360) % 360;
  return [Math.hypot(stretched, b), hue];
}

/** From one hue to the other, the shorter way round; 0 where either has none. */
function hueStep(from: number, to: number, grey: boolean): number {
  if (grey) return 0;
  const step = to - from;
  if (step > 180) return step - 360;
  return step < -180 ? step + 360 : step;
}

/** The hue between two, the shorter way round. */
function hueBetween(one: number, other: number, grey: boolean): number {
  const sum = one + other;
  if (grey) return sum;
  if (Math.abs(one - other) <= 180) return sum / 2;
  return (sum < 360 ? sum + 360 : sum - 360) / 2;
}

export function deltaE2000(one: Lab, other: Lab): number {
  const meanOfBoth = (Math.hypot(one[1], one[2]) + Math.hypot(other[1], other[2])) / 2;
  const stretch = 0.5 * (1 - saturated(meanOfBoth));
  const [chroma1, hue1] = polarOf(one, stretch);
  const [chroma2, hue2] = polarOf(other, stretch);
  const grey = chroma1 * chroma2 === 0;
  const lightness = (one[0] + other[0]) / 2;
  const chroma = (chroma1 + chroma2) / 2;
  const hue = hueBetween(hue1, hue2, grey);

  const weight =
    1 -
    0.17 * cosine(hue - 30) +
    0.24 * cosine(2 * hue) +
    0.32 * cosine(3 * hue + 6) -
    0.2 * cosine(4 * hue - 63);
  const offCentre = (lightness - 50) ** 2;
  const byLightness = (other[0] - one[0]) / (1 + (0.015 * offCentre) / Math.sqrt(20 + offCentre));
  const byChroma = (chroma2 - chroma1) / (1 + 0.045 * chroma);
  const turn = 2 * Math.sqrt(chroma1 * chroma2) * sine(hueStep(hue1, hue2, grey) / 2);
  const byHue = turn / (1 + 0.015 * chroma * weight);
  const rotation = -2 * saturated(chroma) * sine(60 * Math.exp(-(((hue - 275) / 25) ** 2)));
  return Math.sqrt(byLightness ** 2 + byChroma ** 2 + byHue ** 2 + rotation * byChroma * byHue);
}

/** Towards 1 as chroma grows past 25. */
function saturated(chroma: number): number {
  return Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7));
}
