import { join, resolve } from 'node:path';
import { terminalText } from '../../reports/terminal/escape.ts';
import { EXIT, HarnessError } from '../errors.ts';
import { auditCommandLine } from './audit-command.ts';
import { USUAL_FORMATS } from './judge-options.ts';
import { tell } from './output.ts';
import { runCommandLine } from './run-command.ts';
import type { RunOptions } from './run-options.ts';

export const REPEATS = { least: 2, most: 50 } as const;

/**
 * `hopscope run --repeats N`: the same run several times, each in a folder of its own below that of the run, and all of them judged together: which failures are firm
 * and which are flaky. After Ctrl-C the repeats that were made are judged. Throws what a run and an audit throw.
 */
export async function repeatCommandLine(options: RunOptions, repeats: number): Promise<number> {
  if (options.keep || options.remedies === true)
    throw new HarnessError('USAGE_ERR_BAD_FLAG', 'expected --repeats without --keep and --remedies, which are about one run');
  const base = resolve(
    options.out ??
      join('runs', `repeats-${new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-${process.pid}`),
  );
  const made: string[] = [];
  let interrupted = false;
  for (let repeat = 1; repeat <= repeats && !interrupted; repeat += 1) {
    const folder = join(base, `repeat-${repeat}`);
    if (!options.quiet && !options.json) tell(terminalText(`repeat ${repeat} of ${repeats}`));
    interrupted = (await runCommandLine({ ...options, out: folder, isSilent: true, formats: [] })) === EXIT.interrupted;
    if (!interrupted) made.push(folder);
  }
  if (made.length === 0) throw new HarnessError('RUN_ERR_INTERRUPTED', 'interrupted before the first repeat was over');
  const { json, quiet, judgeWith = {}, formats = [] } = options;
  const exitCode = await auditCommandLine({ folders: made, json, quiet, judgeWith, formats: [...USUAL_FORMATS, ...formats], out: base });
  return interrupted ? EXIT.interrupted : exitCode;
}
