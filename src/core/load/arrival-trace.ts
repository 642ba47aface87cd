/** A record of when requests came, and requests that come likewise at another rate. */
import type { Arriving } from "./arrivals.ts";

/** Fewer say little of how requests come: chosen. */
const fewest = 100;
/** A gap counts as no more than so many times the mean of all: a night that nobody recorded is no pause of so many requests. Chosen. */
const longestGap = 1_000;
const mostTimes = 50;

/**
 * Of a text with a request a line, whose first column is when it came: seconds, or a date and time. A first line of names is left out.
 * Or what is wrong with it.
 */
export function traceIn(text: string): Arriving | { readonly lacks: string } {
  const times: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const [first = ""] = line.trim().split(/[,;\t]/);
    if (first === "") continue;
    const at = secondsIn(first);
    if (Number.isNaN(at)) {
      if (index === 0) continue;
      return {
        lacks: `line ${index + 1}: expected when a request came, in seconds or as a date, found ${first}`,
      };
    }
    const last = times.at(-1) ?? at;
    if (at < last)
      return { lacks: `line ${index + 1}: expected requests in the order they came, found an earlier one` };
    times.push(at);
  }
  if (times.length < fewest) return { lacks: `expected ${fewest} requests at least, found ${times.length}` };
  const gaps = times.slice(1).map((at, nth) => at - (times[nth] ?? at));
  if (meanOf(gaps) === 0)
    return { lacks: "expected requests that came one after the other, found all at one time" };
  return alongGaps(withoutPauses(gaps));
}

const meanOf = (gaps: readonly number[]): number => gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;

/** A pause is in the mean that it is measured by, so that this is done again, until little changes. */
function withoutPauses(gaps: readonly number[]): readonly number[] {
  let [found, before] = [gaps, Number.POSITIVE_INFINITY];
  for (let times = 0; times < mostTimes; times++) {
    const most = longestGap * meanOf(found);
    if (most >= 0.99 * before) break;
    found = found.map((gap) => Math.min(gap, most));
    before = most;
  }
  return found;
}

/** `12.5`, or `2023-11-16 18:15:46.680` */
function secondsIn(text: string): number {
  const bare = text.replaceAll('"', "");
  return /^[\d.eE+-]+$/.test(bare) && !Number.isNaN(Number(bare)) ? Number(bare) : Date.parse(bare) / 1000;
}

/**
 * One stretch of as many gaps as are to come, from anywhere on and around its end, made as long or short as its time: within it
 * requests crowd as they did, and its mean is the rate that is asked for, whatever the hour of the record was.
 */
const alongGaps = (gaps: readonly number[]): Arriving =>
  function* ({ most, seconds }, chance) {
    const requests = Math.max(1, Math.round(most * seconds));
    const from = Math.floor(chance() * gaps.length);
    const gap = (nth: number) => gaps[(from + nth) % gaps.length] ?? 0;
    let all = 0;
    for (let nth = 0; nth < requests; nth++) all += gap(nth);
    const scale = all === 0 ? 0 : seconds / all;
    // It begins somewhere within a gap.
    let at = scale * gap(0) * chance();
    for (let nth = 1; nth <= requests; nth++) {
      yield at;
      at += scale * gap(nth);
    }
  };
