/** Brent's root finder (Algorithms for Minimization without Derivatives, 1973, chapter 4), as R and Kayenta use it. */

const EPSILON = 2 ** -52;
const MOST_STEPS = 1000;

interface Point {
  readonly at: number;
  readonly value: number;
}

/** A zero of f, which has opposite signs at `from` and `to`, to within about `tolerance`. */
export function root(
  f: (at: number) => number,
  bracket: { readonly from: number; readonly to: number; readonly tolerance: number },
): number {
  const pointAt = (at: number): Point => ({ at, value: f(at) });
  /** The step before, the best, and one on the other side of the zero. */
  let previous = pointAt(bracket.from);
  let best = pointAt(bracket.to);
  let across = previous;
  if (previous.value === 0) return previous.at;
  for (let step = 0; step <= MOST_STEPS && best.value !== 0; step++) {
    const last = best.at - previous.at;
    if (Math.abs(across.value) < Math.abs(best.value)) [previous, best, across] = [best, across, best];
    const near = 2 * EPSILON * Math.abs(best.at) + bracket.tolerance / 2;
    const half = (across.at - best.at) / 2;
    if (Math.abs(half) <= near) break;
    const taken = stepFrom({ previous, best, across, near, last });
    previous = best;
    best = pointAt(best.at + taken);
    if (Math.sign(best.value) === Math.sign(across.value)) across = previous;
  }
  return best.at;
}

interface Search {
  readonly previous: Point;
  readonly best: Point;
  readonly across: Point;
  /** The least step worth taking. */
  readonly near: number;
  readonly last: number;
}

function stepFrom(search: Search): number {
  const { previous, best, across, near, last } = search;
  const worthTrying = Math.abs(last) >= near && Math.abs(previous.value) > Math.abs(best.value);
  const wanted = worthTrying ? interpolated(search) : (across.at - best.at) / 2;
  if (Math.abs(wanted) >= near) return wanted;
  return wanted > 0 ? near : -near;
}

/** A secant or inverse quadratic step where it stays well inside the bracket, half the bracket otherwise. */
function interpolated(search: Search): number {
  const { previous, best, across, near, last } = search;
  const width = across.at - best.at;
  const toPrevious = best.value / previous.value;
  let over: number;
  let under: number;
  if (previous.at === across.at) {
    over = width * toPrevious;
    under = 1 - toPrevious;
  } else {
    const q = previous.value / across.value;
    const r = best.value / across.value;
    over = toPrevious * (width * q * (q - r) - (best.at - previous.at) * (r - 1));
    under = (q - 1) * (r - 1) * (toPrevious - 1);
  }
  if (over > 0) under = -under;
  else over = -over;
  const inside = over < 0.75 * width * under - Math.abs(near * under) / 2;
  return inside && over < Math.abs((last * under) / 2) ? over / under : width / 2;
}
