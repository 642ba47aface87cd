/**
 * Randomness by name: each draw comes from (seed, stream, index), never from one shared sequence, so an extra
 * call somewhere shifts no other draw and the same seed gives the same world.
 */
export interface Random {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  poisson(mean: number): number;
  binomial(n: number, p: number): number;
}
export type Streams = (stream: string, index: number) => Random;

/** What all of a world's chance comes from. */
export interface Seeded {
  readonly seed: number;
}

/** For what is left to chance. */
export interface Chance {
  readonly streams: Streams;
}

/** The generators of a seed. `index` counts within a stream: a tick, the nth instance of a variant, … */
export function streams(seed: number): Streams {
  const hashes = new Map<string, number>();
  return (stream, index) => {
    const hash = hashes.get(stream) ?? fnv1a(stream);
    hashes.set(stream, hash);
    return generator(seed, hash, index);
  };
}

/** Fowler, Noll and Vo's 32-bit hash, variant 1a. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Appleby's MurmurHash3 finaliser. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Doty-Humphrey's sfc32, its state filled from the three numbers. */
function generator(seed: number, stream: number, index: number): Random {
  let a = mix(seed ^ 0x9e3779b9);
  let b = mix(a ^ stream);
  let c = mix(b ^ (index | 0));
  let counter = mix(c ^ Math.floor(index / 0x1_0000_0000) ^ Math.floor(seed / 0x1_0000_0000)) | 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = () => ((next() >>> 5) * 0x400_0000 + (next() >>> 6)) / 0x20_0000_0000_0000;
  return {
    uniform,
    normal: () => normal(uniform),
    poisson: (mean) => poisson(uniform, mean),
    binomial: (n, p) => binomial(uniform, n, p),
  };
}

type Uniform = () => number;

/** Box and Muller's transform. */
function normal(uniform: Uniform): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Inversion below a mean of 10; above it Hörmann's PTRS (Insurance: Mathematics and Economics 12, 1993). */
function poisson(uniform: Uniform, mean: number): number {
  if (mean <= 0) return 0;
  if (mean < 10) {
    let k = 0;
    for (let p = uniform(); p > Math.exp(-mean); p *= uniform()) k++;
    return k;
  }
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= 0.9277 - 3.6224 / (b - 2)) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    if (Math.log((v * inverseAlpha) / (a / (us * us) + b)) <= k * Math.log(mean) - mean - logFactorial(k))
      return k;
  }
}

/** Inversion below a mean of 10; above it Hörmann's BTRS (Journal of Statistical Computation and Simulation 46, 1993). */
function binomial(uniform: Uniform, n: number, p: number): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(uniform, n, 1 - p);
  if (n * p < 10) return binomialByGaps(uniform, n, p);
  const deviation = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * deviation;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const alpha = (2.83 + 5.1 / b) * deviation;
  const mode = Math.floor((n + 1) * p);
  const odds = Math.log(p / (1 - p));
  const atMode = logFactorial(mode) + logFactorial(n - mode);
  for (;;) {
    const u = uniform() - 0.5;
    const v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + n * p + 0.5);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    const ratio = atMode - logFactorial(k) - logFactorial(n - k) + (k - mode) * odds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= ratio) return k;
  }
}

/** Counts successes by the geometric gaps between them. */
function binomialByGaps(uniform: Uniform, n: number, p: number): number {
  const logQ = Math.log1p(-p);
  let successes = 0;
  for (let at = 0; ; successes++) {
    at += Math.floor(Math.log(1 - uniform()) / logQ) + 1;
    if (at > n) return successes;
  }
}

const logFactorials = [0];
/** ln k!, by table up to 255 and by Stirling's series beyond. */
function logFactorial(k: number): number {
  if (k > 255) {
    const x = k + 1;
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x) - 1 / (360 * x * x * x);
  }
  for (let i = logFactorials.length; i <= k; i++)
    logFactorials.push((logFactorials[i - 1] ?? 0) + Math.log(i));
  return logFactorials[k] ?? 0;
}
