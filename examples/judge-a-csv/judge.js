/** Judges a table of minutes and says what it found. */
import { readFileSync } from "node:fs";
import { judgeCsv } from "slipway-verdict";

const [, , path = "minutes.csv"] = process.argv;
const { conclusion, minutes, pastMinutes, sentence } = judgeCsv(readFileSync(path, "utf8"), {
  alpha: 0.01,
  kpis: [{ kind: "availability" }, { kind: "latency-mean" }],
});

console.log(`${conclusion} after ${minutes} minutes, with ${pastMinutes} minutes of past`);
console.log(sentence);
