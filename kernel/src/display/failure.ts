import { inspect } from "node:util";
import type { CellDiagnostic } from "../language/language.js";
import { withoutBoxNames } from "../language/notebook-variables.js";
import { UserError } from "../user-error.js";

/** A failure as Jupyter shows it. */
export interface Failure {
  ename: string;
  evalue: string;
  /** Lines with ANSI colours. */
  traceback: string[];
}

/** A cell, or a file beside the notebook, of which frames of a stack may speak. */
export interface TracedText {
  /** What it is called: `cellule [3]`, `calculs.ts`. */
  name: string;
  code: string;
  /** The place in the cell, both from 1, of a line and column of what runs. */
  original(line: number, column: number): { line: number; column: number } | undefined;
}

/** Finds the text that a file name in a stack stands for. */
export type TextFinder = (file: string) => TracedText | undefined;

const red = (text: string): string => `\u001B[31m${text}\u001B[39m`;
const dim = (text: string): string => `\u001B[2m${text}\u001B[22m`;
const bold = (text: string): string => `\u001B[1m${text}\u001B[22m`;
const maximalFrames = 20;
const maximalCauses = 10;

/** What a cell threw, with the cell's own lines and without the kernel's. */
export function failureOf(thrown: unknown, textOf: TextFinder): Failure {
  if (!isError(thrown)) {
    const text = typeof thrown === "string" ? thrown : inspect(thrown, { colors: false });
    return { ename: "Erreur", evalue: text, traceback: [`${red("Valeur lancée")} : ${text}`] };
  }
  const traceback: string[] = [];
  let error: unknown = thrown;
  for (let depth = 0; depth < maximalCauses && error !== undefined; depth += 1) {
    if (depth > 0) traceback.push("", bold("Cause :"));
    if (!isError(error)) {
      traceback.push(inspect(error, { colors: false }));
      break;
    }
    traceback.push(...describe(error, textOf));
    if (error instanceof AggregateError) {
      for (const inner of error.errors.slice(0, maximalCauses) as unknown[]) {
        traceback.push(
          "",
          bold("Erreur réunie :"),
          ...(isError(inner) ? describe(inner, textOf) : [inspect(inner)]),
        );
      }
    }
    error = error.cause;
  }
  return { ename: nameOf(thrown), evalue: messageOf(thrown), traceback };
}

/** Type errors, each with the cell's lines around it. */
export function failureOfDiagnostics(diagnostics: CellDiagnostic[], code: string): Failure {
  const traceback: string[] = [];
  for (const diagnostic of diagnostics) {
    const { line, column, message, file } = diagnostic;
    const place = `${file === undefined ? "" : `${file} `}${line + 1}:${column + 1}`;
    traceback.push(`${bold(place)} ${red(`TS${diagnostic.code}`)} ${message}`);
    if (file === undefined) {
      const width = diagnostic.endLine === line ? Math.max(1, diagnostic.endColumn - column) : 1;
      traceback.push(...frame(code, line + 1, column + 1, width));
    }
  }
  const first = diagnostics[0];
  const evalue = first ? `${first.line + 1}:${first.column + 1} - ${first.message}` : "";
  return { ename: "TypeScriptError", evalue, traceback };
}

function describe(error: Error, textOf: TextFinder): string[] {
  const lines = [`${red(nameOf(error))} : ${messageOf(error)}`];
  if (error.name === "UserError" || error instanceof UserError) return lines;
  let framed = false;
  for (const entry of framesOf(error, textOf).slice(0, maximalFrames)) {
    lines.push(entry.text);
    if (!framed && entry.source && entry.place) {
      framed = true;
      lines.push(...frame(entry.source.code, entry.place.line, entry.place.column, 1));
    }
  }
  return lines;
}

interface Frame {
  text: string;
  source?: TracedText;
  place?: { line: number; column: number };
}

function framesOf(error: Error, textOf: TextFinder): Frame[] {
  const frames: Frame[] = [];
  for (const line of stackOf(error).split("\n")) {
    const match =
      /^\s+at (?:async )?(?:(.*?) \()?((?:\/|[A-Za-z]:\\|file:|cell-|node:|<anonymous>)?[^()]*?):(\d+):(\d+)\)?$/.exec(
        line,
      );
    if (!match) continue;
    const [, name = "", file = "", row = "", column = ""] = match;
    if (file.startsWith("node:") || file === "atelier-kernel-entry" || isOurs(file)) continue;
    const source = textOf(file);
    if (!source) {
      frames.push({ text: dim(`    à ${name === "" ? "" : `${name} — `}${file}:${row}:${column}`) });
      continue;
    }
    const place = source.original(Number(row), Number(column));
    if (!place) continue;
    const label =
      name === "" || /^(Object|Module)?\.?<anonymous>$|atelier-kernel/.test(name) ? "" : `${name} — `;
    const text = `    à ${label}${source.name}, ligne ${place.line}, colonne ${place.column}`;
    frames.push({ text, source, place });
  }
  return frames;
}

const ownFolder = new URL("../", import.meta.url);

function isOurs(file: string): boolean {
  return file.startsWith(ownFolder.href) || file.startsWith(ownFolder.pathname);
}

/** The lines around a place, the place itself marked. */
function frame(code: string, line: number, column: number, width: number): string[] {
  const lines = code.split("\n");
  const from = Math.max(1, line - 2);
  const to = Math.min(lines.length, line + 2);
  const margin = String(to).length;
  const shown: string[] = [];
  for (let number = from; number <= to; number += 1) {
    const text = (lines[number - 1] ?? "").slice(0, 200);
    shown.push(`${number === line ? red(">") : " "} ${dim(`${String(number).padStart(margin)} |`)} ${text}`);
    if (number === line) {
      shown.push(
        `  ${" ".repeat(margin)} ${dim("|")} ${" ".repeat(Math.max(0, column - 1))}${red("^".repeat(Math.min(width, 200)))}`,
      );
    }
  }
  return shown;
}

/** Errors of other realms count as well. */
function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === "[object Error]";
}

function nameOf(error: Error): string {
  return typeof error.name === "string" && error.name !== "" ? error.name : "Error";
}

function messageOf(error: Error): string {
  return typeof error.message === "string" ? withoutBoxNames(error.message) : inspect(error.message);
}

function stackOf(error: Error): string {
  return typeof error.stack === "string" ? error.stack : "";
}
