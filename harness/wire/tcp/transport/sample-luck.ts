/**
 * Chance for samples of a fixed size out of rows whose length nobody knows (Vitter's reservoirs). It says which value is the next to be kept, so that the
 * many between cost nothing. Repeatable.
 */
export class SampleLuck {
  #state = 0x2545f491;

  /** After `count` values, at least `room`: the number, from 1, of the next that takes a place. The chance of each is right to within a thousandth. */
  nextKept(count: number, room: number): number {
    return count + 1 + Math.floor((count + 1 - room) * (this.#share() ** (-1 / room) - 1));
  }

  /** A place from 0 to `room` - 1. */
  place(room: number): number {
    return Math.floor(this.#share() * room * 0.9999999);
  }

  /** Above 0, up to 1. */
  #share(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return ((state >>> 0) + 1) * 2 ** -32;
  }
}
