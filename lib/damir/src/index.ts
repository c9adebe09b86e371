export * from "./store.js";
export { UserError } from "./user-error.js";
