import { reapScratchDirs } from '../lab/session.ts';
import { removeForgottenPolicy } from '../setup/services-held.ts';

/** Removes what killed commands left behind; returns what was removed. Nothing of a command that still runs is touched. */
export async function reapLeftovers(): Promise<readonly string[]> {
  return [...reapScratchDirs(), ...removeForgottenPolicy('/')];
}
