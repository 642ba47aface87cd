/**
 * Indicative SageMaker prices, US dollars per instance-hour, for estimates against a plan's budget. Figures from
 * aws-samples/foundation-model-benchmarking-tool (MIT-0); they vary by region and over time.
 */
const usdPerHour: Readonly<Record<string, number>> = {
  "ml.c5.xlarge": 0.204,
  "ml.c5.2xlarge": 0.408,
  "ml.c5.4xlarge": 0.816,
  "ml.c7i.xlarge": 0.214,
  "ml.m5.xlarge": 0.23,
  "ml.g5.xlarge": 1.4084,
  "ml.g5.4xlarge": 2.03,
  "ml.g5.8xlarge": 3.06,
  "ml.g5.2xlarge": 1.515,
  "ml.g5.12xlarge": 7.09,
  "ml.g5.24xlarge": 10.18,
  "ml.g5.48xlarge": 20.36,
  "ml.inf2.xlarge": 0.99,
  "ml.inf2.8xlarge": 2.36,
  "ml.inf2.24xlarge": 7.79,
  "ml.inf2.48xlarge": 15.58,
  "ml.trn1.32xlarge": 28.497,
  "ml.p4d.24xlarge": 37.688,
  "ml.p5.48xlarge": 113.068,
  "ml.p3.2xlarge": 3.825,
  "ml.g4dn.xlarge": 0.7364,
  "ml.g4dn.2xlarge": 0.94,
  "ml.g4dn.4xlarge": 1.505,
  "ml.g4dn.8xlarge": 2.72,
  "ml.g4dn.12xlarge": 4.89,
  "ml.g4dn.16xlarge": 5.44,
  "ml.g6.2xlarge": 1.222,
  "ml.g6.16xlarge": 4.246,
  "ml.g6.12xlarge": 5.752,
  "ml.g6.24xlarge": 8.344,
  "ml.g6.48xlarge": 16.688,
};

/** The price of one instance-hour, or undefined where it is not known. */
export function priceUsdPerHour(instanceType: string): number | undefined {
  return usdPerHour[instanceType];
}

/** The cost of instance-hours by type; types without a known price are named, not guessed. */
export function costOf(instanceHours: Readonly<Record<string, number>>): { usd: number; unpriced: string[] } {
  const unpriced = Object.keys(instanceHours).filter((type) => priceUsdPerHour(type) === undefined);
  const usd = Object.entries(instanceHours).reduce(
    (sum, [type, hours]) => sum + hours * (priceUsdPerHour(type) ?? 0),
    0,
  );
  return { usd: Math.round(usd * 100) / 100, unpriced };
}
