import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * While packages are installed, /usr/sbin/policy-rc.d can forbid their services to start (invoke-rc.d(8): exit code 101 means
 * "action forbidden by policy"). One that is already there is the administrator's and stays as it is.
 */

const MARK = '# Written by hopscope setup, which removes it again.';
const POLICY = `#!/bin/sh\n${MARK}\nexit 101\n`;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const policyFile = (root: string): string => join(root, 'usr/sbin/policy-rc.d');

/** Writes the policy unless there is one. True when it is ours: written now, or left by a setup that was killed. */
function writePolicy(file: string): boolean {
  try {
    writeFileSync(file, POLICY, { flag: 'wx', mode: 0o755 });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return readFileSync(file, 'utf8') === POLICY;
  }
}

/** Removes the policy that a killed setup left. Returns the file when there was one. */
export function removeForgottenPolicy(root: string): readonly string[] {
  const file = policyFile(root);
  if (!existsSync(file) || readFileSync(file, 'utf8') !== POLICY) return [];
  rmSync(file, { force: true });
  return [file];
}

/**
 * Runs `install` while services may not start. The policy is removed again however it ends: a failure, Ctrl-C, SIGTERM.
 * The signal is remembered and given back, so that the caller can end as interrupted after the package manager did.
 */
export async function withServicesHeld<T>(root: string, install: () => Promise<T>): Promise<{ readonly result: T; readonly interrupted: boolean }> {
  const file = policyFile(root);
  const isOurs = writePolicy(file);
  let interrupted = false;
  const onSignal = (): void => {
    interrupted = true;
  };
  const remove = (): void => {
    if (isOurs) rmSync(file, { force: true });
  };
  // A listener keeps the signal from ending this process while dpkg, which got it too, comes to an orderly end.
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('exit', remove);
  try {
    const result = await install();
    return { result, interrupted };
  } finally {
    remove();
    for (const signal of SIGNALS) process.off(signal, onSignal);
    process.off('exit', remove);
  }
}
