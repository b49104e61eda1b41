import type { LoadKit } from './load-kit.ts';
import type { Outstanding } from './outstanding.ts';
import { digitValue, NUMBER_DIGITS } from './payload.ts';

/** Which message an echo is, and whether it is that message byte by byte. */
export interface CheckedEcho {
  /** NaN: it does not say. */
  readonly number: number;
  /** Its place among the outstanding ones; -1: it is none of them. */
  readonly index: number;
  readonly isSame: boolean;
}

/** Checks an echo that comes in pieces, without keeping them. */
export class EchoCheck {
  readonly #kit: LoadKit;
  readonly #outstanding: Outstanding;
  #position = 0;
  #number = 0;
  #index = -1;
  #isSame = true;

  constructor(kit: LoadKit, outstanding: Outstanding) {
    this.#kit = kit;
    this.#outstanding = outstanding;
  }

  begin(): void {
    this.#position = 0;
    this.#number = 0;
    this.#index = -1;
    this.#isSame = true;
  }

  part(bytes: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to && this.#position < NUMBER_DIGITS) {
      this.#number += digitValue(bytes[at] ?? 0, this.#position);
      this.#position += 1;
      at += 1;
      if (this.#position === NUMBER_DIGITS) this.#find();
    }
    if (at >= to) return;
    this.#isSame = this.#isSame && this.#kit.payload.matches(bytes, at, to, this.#number, this.#position);
    this.#position += to - at;
  }

  end(): CheckedEcho {
    if (this.#position < NUMBER_DIGITS) this.#findShort();
    const isSame = this.#isSame && this.#index >= 0 && this.#kit.sizeOf(this.#number) === this.#position;
    return { number: this.#number, index: this.#index, isSame };
  }

  #find(): void {
    this.#index = Number.isNaN(this.#number) ? -1 : this.#outstanding.indexOf(this.#number);
    this.#isSame = this.#index >= 0;
  }

  /** A message that is too short for its whole number can only be the one whose turn it is. */
  #findShort(): void {
    const next = this.#outstanding.numberAt(0);
    this.#isSame = next >= 0 && next % 64 ** this.#position === this.#number;
    this.#index = this.#isSame ? 0 : -1;
    this.#number = this.#isSame ? next : Number.NaN;
  }
}
