/** A mistake the user can mend. Its message is in French: what, where and what to do. Anything else is a fault of ours. */
export class UserError extends Error {
  override name = "UserError";
}
