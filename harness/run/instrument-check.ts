import type { InstrumentEvidence } from '../model/wire-evidence.ts';

/** What was counted about one leg, before it is compared. */
export type InstrumentCounts = Omit<InstrumentEvidence, 'agree' | 'because'>;

/**
 * Instruments are read one after the other, so a packet on its way may be in one of them only: so many, or this share of the larger number, may be
 * apart.
 */
const TOLERANCE = { packets: 2, share: 0.02 };

const isApart = (a: number, b: number): boolean => Math.abs(a - b) > Math.max(TOLERANCE.packets, TOLERANCE.share * Math.max(a, b));

/** Compares what the instruments say of one leg and names the one to doubt. */
export function checkInstruments(counts: InstrumentCounts): InstrumentEvidence {
  const doubts = doubtsOf(counts);
  const agree = doubts.length === 0;
  return { ...counts, agree, because: agree ? agreement(counts) : doubts.join('; ') };
}

function doubtsOf({ injectorDropped, captureLost, captureResent, kernelResent, captureDropped }: InstrumentCounts): readonly string[] {
  const doubts: string[] = [];
  if (captureDropped !== null && captureDropped > 0)
    doubts.push(`the captures lost ${captureDropped} packets themselves: doubt the captures`);
  if (injectorDropped !== null && captureLost !== null && isApart(injectorDropped, captureLost)) {
    doubts.push(`the links dropped ${injectorDropped} packets and the captures miss ${captureLost}: doubt the captures`);
  }
  if (captureResent !== null && kernelResent !== null && isApart(captureResent, kernelResent)) {
    // Dropped in the sender's own stack, a segment and its repair are in no capture; a capture cannot show more than was sent.
    const doubted =
      captureResent > kernelResent ? 'the capture, which may hold packets twice' : 'the capture, or a queue of the sender itself';
    doubts.push(`the kernels sent ${kernelResent} segments again and the captures show ${captureResent}: doubt ${doubted}`);
  }
  return doubts;
}

const agreement = ({ injectorDropped, captureLost, captureResent, kernelResent }: InstrumentCounts): string => {
  const words = (value: number | null): string => (value === null ? 'not measured' : String(value));
  return `dropped by the links ${words(injectorDropped)}, missing between the captures ${words(captureLost)}; sent again by the kernels ${words(kernelResent)}, by the captures ${words(captureResent)}`;
};
