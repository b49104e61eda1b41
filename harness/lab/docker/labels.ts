import { hostname } from 'node:os';
import { isSessionAlive, sessionName } from '../session.ts';

/*
 * Everything a lab makes in an engine carries these labels, so that a later command can tell what a killed run left behind.
 * An engine may be shared by machines (containers of a CI system, for one), so the owner is a process of a machine.
 */

export const SESSION_LABEL = 'org.hopscope.session';
const PID_LABEL = 'org.hopscope.pid';
const MACHINE_LABEL = 'org.hopscope.machine';

export type Labels = Record<string, string>;

export const labelsOf = (sessionId: string, owner: string = sessionName()): Labels => ({
  [SESSION_LABEL]: sessionId,
  [PID_LABEL]: owner,
  [MACHINE_LABEL]: hostname(),
});

/** True when the labels are of a hopscope process of this machine that has ended. */
export function isLeftover(labels: Readonly<Record<string, string>>): boolean {
  const owner = labels[PID_LABEL];
  return owner !== undefined && labels[MACHINE_LABEL] === hostname() && !isSessionAlive(owner);
}
