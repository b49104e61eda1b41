/** pass < inconclusive < fail < error; a verdict is only ever overwritten by a worse one. */
export const VERDICTS = ['pass', 'inconclusive', 'fail', 'error'] as const;
export type Verdict = (typeof VERDICTS)[number];

export const worse = (a: Verdict, b: Verdict): Verdict => (VERDICTS.indexOf(a) >= VERDICTS.indexOf(b) ? a : b);
export const worst = (verdicts: Iterable<Verdict>): Verdict => [...verdicts].reduce<Verdict>(worse, 'pass');
