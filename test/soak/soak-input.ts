import { seededRandom } from '../../harness/measure/seeded-random.ts';
import { mutateCapture, type Random } from './mutate-capture.ts';

/** One input of a soak. Everything about it follows from seed, number and the captures that it is made from. */
export interface SoakInput {
  readonly capture: Buffer;
  /** A whole capture, to compare with. */
  readonly other: Buffer;
  /** For the choices that reading it takes. */
  readonly random: Random;
}

export function soakInput(seed: number, number: number, captures: readonly Buffer[]): SoakInput {
  const random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ number);
  const pick = (): Buffer => captures[Math.floor(random() * captures.length)] ?? Buffer.alloc(0);
  return { capture: mutateCapture(pick(), random, captures), other: pick(), random };
}
