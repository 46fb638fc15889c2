import { expect, test } from "vitest";
import { formatBytes, formatDuration, formatNumber, formatShort, parseTurnName, plural, turnName } from "./format";

test("numbers are short, grouped, and have a true minus sign", () => {
  expect([1234567, 0.00091237, 1e-7, -3.14159, 0, 1e12, 12345.678, 2.5e20].map((value) => formatNumber(value))).toEqual(["1,234,567", "0.0009124", "1e−7", "−3.142", "0", "1,000,000,000,000", "12,346", "2.5e20"]);
  expect([0.99995, 0.9999, 0.999, 0.98765].map((value) => formatNumber(value))).toEqual(["0.99995", "0.9999", "0.999", "0.9877"]);
  expect(formatNumber(null)).toBe("–");
  expect(formatNumber(-Infinity)).toBe("−∞");
});
test("axes use short units", () => {
  expect([0, 950, 1500, -2e6, 3e9, 0.25].map(formatShort)).toEqual(["0", "950", "1.5 k", "−2 M", "3 G", "0.25"]);
});
test("durations name two units at most", () => {
  expect([420, 4200, 59_000, 61_000, 3_700_000, 200_000_000].map(formatDuration)).toEqual(["420 ms", "4.2 s", "59 s", "1 min 01 s", "1 h 01 min", "2 d 7 h"]);
  expect(formatDuration(null)).toBe("–");
});
test("bytes are decimal", () => {
  expect([12, 1834221].map(formatBytes)).toEqual(["12 bytes", "1.83 MB"]);
});
test("a turn's name is read back, and anything else is refused", () => {
  expect(parseTurnName(turnName({ member: 3, turn: 17 }))).toEqual({ member: 3, turn: 17 });
  for (const wrong of ["m3", "m3.t", "m-1.t2", "m3.t7x", "", null]) expect(parseTurnName(wrong)).toBeNull();
});
test("counts agree with their nouns", () => {
  expect([plural(1, "turn"), plural(2, "copy", "copies")]).toEqual(["1 turn", "2 copies"]);
});
