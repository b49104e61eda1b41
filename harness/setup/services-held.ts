import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSessionAlive, sessionName } from '../lab/session.ts';

/*
 * While packages are installed, /usr/sbin/policy-rc.d can forbid their services to start (invoke-rc.d(8): exit code 101 means
 * "action forbidden by policy"). One that is already there is the administrator's and stays as it is.
 */

const OURS = /^#!\/bin\/sh\n# Written by hopscope setup (\d+-\d+), which removes it again\.\nexit 101\n$/;
const policyOf = (session: string): string => `#!/bin/sh\n# Written by hopscope setup ${session}, which removes it again.\nexit 101\n`;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const policyFile = (root: string): string => join(root, 'usr/sbin/policy-rc.d');

/** Writes the policy unless there is one. True when it was written. */
function writePolicy(file: string): boolean {
  try {
    writeFileSync(file, policyOf(sessionName()), { flag: 'wx', mode: 0o755 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the policy that a killed setup left; one of a setup that still runs stays. Returns the file when there was one. */
export function removeForgottenPolicy(root: string): readonly string[] {
  const file = policyFile(root);
  try {
    const session = OURS.exec(readFileSync(file, 'utf8'))?.[1];
    if (session === undefined || isSessionAlive(session)) return [];
    rmSync(file, { force: true });
    return [file];
  } catch {
    // There is none, or it is not ours to touch.
    return [];
  }
}

/**
 * Runs `install` while services may not start. The policy is removed again however it ends: a failure, Ctrl-C, SIGTERM.
 * The signal is remembered and given back, so that the caller can end as interrupted after the package manager did.
 */
export async function withServicesHeld<T>(
  root: string,
  install: () => Promise<T>,
): Promise<{ readonly result: T; readonly interrupted: boolean }> {
  const file = policyFile(root);
  removeForgottenPolicy(root);
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
