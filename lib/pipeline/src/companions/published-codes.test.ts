import { describe, expect, test } from "vitest";
import { degreesOf, departementOfAccident, writesTenfold } from "./accident-fields.js";
import { ageClassOf, firstAgeOf } from "./age-class.js";
import { departementOf } from "./departement-code.js";
import { specialityOf } from "./speciality-crosswalk.js";

describe("codes of départements", () => {
  test.each([
    ["1", "01"],
    ["01", "01"],
    ["01 - Ain", "01"],
    ["075-Paris", "75"],
    ["02A-Corse-du-Sud", "2A"],
    ["2b", "2B"],
    ["971 -Guadeloupe", "971"],
    ["62 - Nord-Pas-de-Calais", "62"],
    ["5N", "59"],
    ["000-Ensemble", undefined],
    ["00-Ensemble", undefined],
    ["84-ARA et autres", "84"],
    ["Alsace", undefined],
    ["France métropolitaine", undefined],
    ["", undefined],
  ])("« %s » is %s", (text, code) => {
    expect(departementOf(text)).toBe(code);
  });

  test("of accidents: the whole file tells tenfold codes from plain ones", () => {
    expect(writesTenfold(["10", "590", "201"], 2018)).toBe(true);
    expect(writesTenfold(["10", "20"], 2016)).toBe(true);
    expect(writesTenfold(["10", "59", "2A"], 2016)).toBe(false);
    expect(writesTenfold(["10", "75"], 2019)).toBe(false);
    expect(writesTenfold(["10", "971"], 2021)).toBe(false);
    expect(departementOfAccident("10", true)).toBe("01");
    expect(departementOfAccident("10", false)).toBe("10");
    expect(departementOfAccident("201", true)).toBe("2A");
    expect(departementOfAccident("971", true)).toBe("971");
    expect(departementOfAccident("988", false)).toBe("988");
    expect(departementOfAccident("123", true)).toBeUndefined();
    expect(departementOfAccident("123", false)).toBeUndefined();
    expect(departementOfAccident("0", false)).toBeUndefined();
  });
});

test("degrees have a comma, or stand in hundred-thousandths; zero is no place", () => {
  expect(degreesOf("48,86638600", 90)).toBe("48.8663860");
  expect(degreesOf("5055737", 90)).toBe("50.5573700");
  expect(degreesOf("-6100000", 180)).toBe("-61.0000000");
  expect(degreesOf("0", 90)).toBeNull();
  expect(degreesOf("0,00", 90)).toBeNull();
  expect(degreesOf("", 180)).toBeNull();
  expect(degreesOf("nord", 90)).toBeUndefined();
  expect(degreesOf("99999999", 90)).toBeUndefined();
});

test("ages fall in INSEE's bands and in Open DAMIR's classes", () => {
  expect(
    ["0 à 4 ans", "5 à 9 ans", "95 ans et plus", "90 ans ou plus", "Total", "Ain"].map(firstAgeOf),
  ).toEqual([0, 5, 95, 90, undefined, undefined]);
  expect([0, 19, 20, 29, 75, 79, 80, 95].map(ageClassOf)).toEqual([0, 0, 20, 20, 70, 70, 80, 80]);
});

test("a speciality is found under each of its names", () => {
  expect(specialityOf("Neuro-chirurgie")).toEqual({ label: "Neurochirurgie", exeSpe: 4, pseSpeSnds: 4 });
  expect(specialityOf("O.R.L et chirurgie cervico faciale")?.exeSpe).toBe(11);
  expect(specialityOf("Psychiatrie")).toMatchObject({ exeSpe: 17, pseSpeSnds: 33 });
  expect(specialityOf("Gériatrie")).toMatchObject({ exeSpe: null, pseSpeSnds: 34 });
  expect(specialityOf("Astrologie")).toBeUndefined();
});
