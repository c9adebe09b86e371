import { expect, test } from "vitest";
import { monthOfFile } from "./month-of-file.js";

test.each([
  ["R201401.CSV", "201401"],
  ["R202001_sanslib.CSV", "202001"],
  ["NTOT2023_01.CSV", "202301"],
  ["20160913-134543_N201607.csv", "201607"],
  ["R_2014.zip/R2014/R201412_sanslib.CSV", "201412"],
  ["R201401 (1).csv.gz", "201401"],
])("%s is of %s", (name, month) => {
  expect(monthOfFile(name, "R201401.CSV")).toBe(month);
});

test.each(["depenses.csv", "R2014.csv", "R201413.csv", "R20140115.csv", "R201401-201402.csv", "R199901.csv"])(
  "%s is of no month",
  (name) => {
    expect(() => monthOfFile(name, "R201401.CSV")).toThrow(/R201401\.CSV/);
  },
);
