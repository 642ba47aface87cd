/**
 * What an instance-hour costs by public lists, US dollars: indicative figures for the United States, which vary by region
 * and over time. The lists name the SageMaker pricing page as theirs:
 * aws-samples/foundation-model-benchmarking-tool (MIT-0, April 2025); JHUAPL-DTC-TA2/wiki,
 * docs/sagemaker_instances.md, for ml.m5.large, ml.m5.2xlarge and ml.c5.9xlarge; goerlitz/nlp-classification for
 * ml.p3.8xlarge and ml.p3.16xlarge; for ml.g5.16xlarge ZindiAfrica's AI-for-Equity-Challenges. What none of them has is
 * not known, and never guessed.
 */
export const publishedUsdPerHour: Readonly<Record<string, number>> = {
  "ml.c5.xlarge": 0.204,
  "ml.c5.2xlarge": 0.408,
  "ml.c5.4xlarge": 0.816,
  "ml.c5.9xlarge": 1.836,
  "ml.c7i.xlarge": 0.214,
  "ml.m5.large": 0.115,
  "ml.m5.xlarge": 0.23,
  "ml.m5.2xlarge": 0.461,
  "ml.g5.xlarge": 1.4084,
  "ml.g5.4xlarge": 2.03,
  "ml.g5.8xlarge": 3.06,
  "ml.g5.2xlarge": 1.515,
  "ml.g5.12xlarge": 7.09,
  "ml.g5.16xlarge": 5.12,
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
  "ml.p3.8xlarge": 14.688,
  "ml.p3.16xlarge": 28.152,
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
