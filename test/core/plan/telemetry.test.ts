/** Where a plan may have traces sent: over TLS, or no further than the function's own host, and with nothing secret in it. */
import { expect, test } from "vitest";
import { Telemetry } from "../../../src/core/plan/telemetry.ts";

const accepts = (otlp: string) => Telemetry.safeParse({ otlp }).success;

test.each([
  "https://collector.example.com/v1/traces",
  "https://collector.example.com:4318/v1/traces",
  "https://example.com/api/v2/otlp/v1/traces",
  "http://localhost:4318/v1/traces",
  "http://127.0.0.1:4318/v1/traces",
])("%s is a collector's", (url) => {
  expect(accepts(url)).toBe(true);
  expect(new URL(url).pathname).toMatch(/\/v1\/traces$/);
});

test.each([
  ["the collector without its path", "https://collector.example.com"],
  ["in the clear over a network", "http://collector.example.com/v1/traces"],
  ["in the clear to a host that begins like this one", "http://localhost.example.com/v1/traces"],
  ["with a user and a password", "https://user:secret@collector.example.com/v1/traces"],
  ["with a key in its query", "https://collector.example.com/v1/traces?key=secret"],
  ["the runtime's own API", "http://127.0.0.1:9001/2018-06-01/runtime/init/error"],
  ["a path that leads elsewhere", "http://127.0.0.1:9001/2018-06-01/runtime/init/error?/v1/traces"],
  ["no URL", "collector"],
])("%s is none", (_, url) => {
  expect(accepts(url)).toBe(false);
});
