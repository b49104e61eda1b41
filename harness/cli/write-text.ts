import { writeFileSync } from 'node:fs';
import { HarnessError } from '../errors.ts';

/** Writes a file that the user named. Throws RUN_ERR_CANNOT_WRITE. */
export function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new HarnessError('RUN_ERR_CANNOT_WRITE', `expected to write ${file}, got ${code}`, { cause });
  }
}
