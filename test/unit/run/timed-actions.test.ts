import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withActions } from '../../../harness/run/timed-actions.ts';
import type { LivePath } from '../../../harness/run/scenario.ts';
import { HarnessError } from '../../../harness/errors.ts';
import type { TimedAction } from '../../../harness/model/timed-action.ts';
import { pathWith } from '../audits/path-builders.ts';

/** A path that notes what is done to it. */
function live(id: string, actions: readonly TimedAction[], done: string[], isControl = false): LivePath {
  const path = { ...pathWith(['haproxy'], { id }), actions, control: isControl ? id : 'direct' };
  const act: LivePath['act'] = ({ host, do: kind }) => {
    done.push(`${id}: ${kind} ${host}`);
    if (host === 'nobody') return Promise.reject(new HarnessError('DRIVE_ERR_PROTOCOL', 'no such host'));
    return Promise.resolve({ host, do: kind, paths: [], scenario: '', startedAtMs: 0, endedAtMs: 0, how: '' });
  };
  return { path, act } as unknown as LivePath;
}
const kill = (host: string, atMs: number): TimedAction => ({ host, do: 'kill', atMs });

describe('withActions', () => {
  it('does what is due while the stimulus runs, and leaves the rest', async () => {
    const done: string[] = [];
    await withActions([live('a', [kill('haproxy', 0), kill('haproxy', 60_000)], done)], () => sleep(40));
    expect(done).toEqual(['a: kill haproxy']);
  });

  it('does once what paths share, and nothing on a control path', async () => {
    const done: string[] = [];
    const paths = [
      live('a', [kill('origin', 0)], done),
      live('b', [kill('origin', 0)], done),
      live('direct', [kill('origin', 0)], done, true),
    ];
    await withActions(paths, () => sleep(40));
    expect(done).toHaveLength(1);
  });

  it('passes on what an action throws, after the stimulus has ended', async () => {
    let hasEnded = false;
    const run = async (): Promise<void> => {
      await sleep(40);
      hasEnded = true;
    };
    await expect(withActions([live('a', [kill('nobody', 0)], [])], run)).rejects.toThrow('no such host');
    expect(hasEnded).toBe(true);
  });
});
