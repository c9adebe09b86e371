export type { CheckReport, Finding, ReadSource } from "./check/check-report.js";
