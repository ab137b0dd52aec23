/** A refusal of a pass, list or key by the same stable code as registry/signing (docs/passes.md lists them). */
export class PassError extends Error {
  constructor(code) {
    super(code);
    this.name = "PassError";
    this.code = code;
  }
}

/** Refuse with this code unless the condition holds. */
export function must(condition, code) {
  if (!condition) throw new PassError(code);
}
