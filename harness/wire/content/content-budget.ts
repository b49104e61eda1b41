/** A number of bytes that may be held at a time. */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  /** False, and nothing taken, when there is not that much left. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** Takes in any case: of something that must not be left half. */
  spend(bytes: number): void {
    this.#left -= bytes;
  }

  give(bytes: number): void {
    this.#left += bytes;
  }
}

/** What the contents of all streams of a capture may hold together. Make one for a capture; a stream that is given none has its own. */
export interface ContentBudget {
  /** Segments that wait for bytes before them. */
  readonly held: ByteBudget;
  /** Heads of messages that are kept to the end. */
  readonly heads: ByteBudget;
}

const MEBIBYTE = 1024 * 1024;

export const newContentBudget = (heldMiB = 64, headsMiB = 256): ContentBudget => ({
  held: new ByteBudget(heldMiB * MEBIBYTE),
  heads: new ByteBudget(headsMiB * MEBIBYTE),
});
