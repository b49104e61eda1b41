import { describe, expect, it } from 'vitest';
import { reloadLines } from '../../../../containers/haproxy/config-reload.ts';

describe('reloadLines of an HAProxy config', () => {
  it('finds the limit of old workers, of several the last', () => {
    const text = 'global\n    hard-stop-after 1h\n    hard-stop-after 30s\ndefaults\n    mode http\n';
    expect(reloadLines(text, 'haproxy.cfg')).toEqual([
      {
        symptom: 'cuts-on-reload',
        file: 'haproxy.cfg',
        line: 3,
        column: 5,
        text: 'hard-stop-after 30s',
        limitMs: 30_000,
        explanation: '`hard-stop-after` cuts the sockets of an old worker 30 s after a reload or a soft stop',
      },
    ]);
  });

  it.each([
    ['none', 'global\n    maxconn 10\n'],
    ['no limit', 'global\n    hard-stop-after 0\n'],
    ['no time', 'global\n    hard-stop-after soon\n'],
    ['another section', 'global\n\ndefaults\n    hard-stop-after 3s\n'],
  ])('gives nothing for %s', (_, text) => {
    expect(reloadLines(text, 'haproxy.cfg')).toEqual([]);
  });
});
