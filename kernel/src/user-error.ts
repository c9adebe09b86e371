/** Something the person can put right: its message says in French what, where, and what to do. Shown without a stack. */
export class UserError extends Error {
  override name = "UserError";
}
