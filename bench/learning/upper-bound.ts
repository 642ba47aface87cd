/** How often something may come that has come so often, or so seldom. */

/** Clopper and Pearson's, one-sided: the share at which so few would come with a chance of a twentieth. */
export function upperBound(count: number, of: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (atMost(count, of, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

function atMost(count: number, of: number, share: number): number {
  let [sum, log] = [0, of * Math.log(1 - share)];
  for (let nth = 0; nth <= count; nth += 1) {
    sum += Math.exp(log);
    log += Math.log((of - nth) / (nth + 1)) + Math.log(share / (1 - share));
  }
  return sum;
}
