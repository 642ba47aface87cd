/** Colours of a terminal, or none: what is drawn must say everything without them too. */

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Select Graphic Rendition codes, ECMA-48 § 8.3.117: on, off. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export function paintOf(colours: boolean): Paint {
  const with_ = (name: keyof typeof codes) => (text: string) => {
    const [on, off] = codes[name];
    return colours && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
  return {
    bold: with_("bold"),
    dim: with_("dim"),
    red: with_("red"),
    green: with_("green"),
    yellow: with_("yellow"),
    cyan: with_("cyan"),
  };
}
