/** A release that was started ahead of its milestone's date: how long it has, and how late it came. */
import { expect, test } from "vitest";
import { minutesLate, minutesUntilDue } from "../../../src/core/release/due.ts";

const dueAt = "2026-11-23T10:00:00.000Z";
const dueMs = Date.parse(dueAt);
const inMinutes = (minutes: number) => new Date(dueMs + minutes * 60_000).toISOString();

test("until its date a release has what is left of the time, and nothing once that is over or where there is none", () => {
  expect(minutesUntilDue({ dueAt }, dueMs - 90_000)).toBe(1.5);
  expect(minutesUntilDue({ dueAt }, dueMs + 90_000)).toBe(0);
  expect(minutesUntilDue({}, dueMs)).toBe(0);
});

test("a release is late by the minutes from its date until it was there, those that have begun included", () => {
  expect(minutesLate({ dueAt }, inMinutes(1.5))).toBe(2);
  expect(minutesLate({ dueAt }, inMinutes(0))).toBe(0);
  expect(minutesLate({ dueAt }, inMinutes(-30))).toBe(0);
});

test("nobody is late without a date, or before being there", () => {
  expect(minutesLate({}, inMinutes(30))).toBeUndefined();
  expect(minutesLate({ dueAt }, undefined)).toBeUndefined();
});
