import { expect, test } from "vitest";
import { formatAddress, parseAddress, withOptions } from "./address";

test("every address is read back as it was written", () => {
  for (const hash of ["#/", "#/e/lander", "#/e/lander/lineage?shape=down&turn=m3.t7", "#/compare?e=a&e=b", "#/e/a%2Fb%20c%3Fd/moves"]) {
    const { route, options } = parseAddress(hash);
    expect(formatAddress(route, options)).toBe(hash);
  }
});
test("names keep slashes, question marks and broken escapes", () => {
  expect(parseAddress("#/e/a%2Fb%3F/moves").route).toEqual({ page: "experiment", name: "a/b?", tab: "moves" });
  expect(parseAddress("#/e/100%").route).toEqual({ page: "experiment", name: "100%", tab: "overview" });
});
test("anything unknown is the list of experiments", () => {
  for (const hash of ["", "#", "#/nowhere", "#//"]) expect(parseAddress(hash).route).toEqual({ page: "experiments" });
});
test("options are changed and removed one by one", () => {
  const address = parseAddress("#/e/x?log=1&smooth=0.5");
  expect(withOptions(address, { log: null, turn: "m1.t1" })).toBe("#/e/x?smooth=0.5&turn=m1.t1");
});
