/** How figures are written for people: English, with a unit, no more digits than they carry. */

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** `104,775` */
export const count = (value: number): string => grouped.format(value);

/** `1 request`, `2 requests` */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** `$21.69` */
export const usd = (value: number): string => `$${value.toFixed(2)}`;

/** `0.52 %`; two digits below ten. */
export function percent(value: number): string {
  return `${value === 0 || value === 100 ? value : Number(value.toPrecision(2))} %`;
}

/** US dollars, where the price of all of it is known. */
export const cost = (value: number | null): string => (value === null ? "not known" : usd(value));

/** `16 ml.g5.xlarge + 12 ml.g5.2xlarge` */
export const instancesText = (byType: Readonly<Record<string, number>>): string =>
  Object.entries(byType)
    .map(([type, instances]) => `${instances} ${type}`)
    .join(" + ");

/** `1:34:49`, hours first, as long as it takes. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** `1 h 35 min`, `18 min`, `42 s`: two units at most. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const units =
    hours < 48 ? [`${hours} h`, minutes % 60, "min"] : [`${Math.floor(hours / 24)} d`, hours % 24, "h"];
  return units[1] === 0 ? String(units[0]) : units.join(" ");
}
