/** A refusal of a pass, list or key by the same stable code as registry/signing (docs/passes.md lists them). */
export class PassError extends Error {
  constructor(code, kid = null) {
    super(code);
    this.name = "PassError";
    this.code = code;
    // Of an unknown key, its name: it may be one that was withdrawn.
    this.kid = kid;
  }
}

/** Refuse with this code unless the condition holds. */
export function must(condition, code) {
  if (!condition) throw new PassError(code);
}
