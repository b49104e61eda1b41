import { EXIT } from '../errors.ts';

const MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  pass: 'pass',
  fail: 'fail: something broke, and the report says what',
  badInput: 'bad spec or usage',
  labBroke: 'the lab broke, or it is not possible here',
  inconclusive: 'inconclusive: something could not be measured',
  regression: 'worse than the baseline, and nothing else is wrong',
  interrupted: 'interrupted',
};

const exitCodes = (Object.keys(EXIT) as (keyof typeof EXIT)[]).map((name) => `  ${String(EXIT[name]).padEnd(4)} ${MEANINGS[name]}`);

/** An example as the user types it, and what it does. */
export type Example = readonly [command: string, about: string];

/** What stands below the options in every `--help`: examples, then the exit codes. */
export function helpFooter(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, about]) => `  ${command.padEnd(width)}   ${about}`);
  return ['', 'Examples:', ...lines, '', 'Exit codes:', ...exitCodes].join('\n');
}
