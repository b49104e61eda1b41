import { copyFile, constants, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EXIT, HarnessError } from '../../errors.ts';
import { helpFooter } from '../help.ts';
import { EXAMPLE_CONFIG, INITIAL_SPEC } from '../init-spec.ts';
import { say } from '../output.ts';
import { packageRoot } from '../package-root.ts';
import type { Register } from '../register.ts';

/** Runs a write that fails when the file is there. True when it was written. */
async function writeNew(file: string, write: () => Promise<void>): Promise<boolean> {
  try {
    await mkdir(dirname(file), { recursive: true });
    await write();
    return true;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    if (code === 'EEXIST') return false;
    throw new HarnessError('RUN_ERR_CANNOT_WRITE', `expected to write ${file}, got ${code}`, { cause });
  }
}

/** Writes a spec and an example config into a folder; what is there already stays as it is. */
export async function initFolder(folder: string): Promise<readonly { readonly file: string; readonly written: boolean }[]> {
  const spec = join(folder, 'hopscope.yaml');
  const config = join(folder, EXAMPLE_CONFIG);
  const example = join(packageRoot(), 'containers/haproxy/configs/plain.cfg');
  return [
    { file: 'hopscope.yaml', written: await writeNew(spec, async () => await writeFile(spec, INITIAL_SPEC, { flag: 'wx' })) },
    { file: EXAMPLE_CONFIG, written: await writeNew(config, async () => await copyFile(example, config, constants.COPYFILE_EXCL)) },
  ];
}

export const registerInit: Register = (program, finish) => {
  program
    .command('init')
    .description('Writes a commented hopscope.yaml and an example config into this folder. Overwrites nothing.')
    .addHelpText('after', helpFooter([['hopscope init && hopscope run', 'a spec to start from, and its first run']]))
    .action(async () => {
      for (const { file, written } of await initFolder(process.cwd()))
        say(`${file}: ${written ? 'written' : 'already there, left as it is'}`);
      say('Next: put your own config in its place and run `hopscope run`.');
      finish(EXIT.pass);
    });
};
