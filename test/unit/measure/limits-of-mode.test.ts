import { describe, expect, it } from 'vitest';
import { limitsOfMode } from '../../../harness/measure/limits-of-mode.ts';
import type { LadderMode } from '../../../harness/model/ladder-mode.ts';
import type { ConfigLine } from '../../../harness/model/service.ts';
import { configLine } from '../audits/path-builders.ts';

const line = (host: string, limitMs: number, modes: readonly LadderMode[], more: Partial<ConfigLine> = {}) => ({
  host,
  line: configLine('limits-time', { limitMs, modes, ...more }),
});
const WHERE = { target: '/socket', hosts: ['outer', 'inner'] };
const of = (mode: LadderMode, lines: readonly ReturnType<typeof line>[], where = WHERE) =>
  limitsOfMode(mode, lines, where).map(({ host, limitMs }) => [host, limitMs]);

describe('limitsOfMode', () => {
  it('takes the limits of every host for what crosses them all', () => {
    const lines = [line('outer', 1, ['idle']), line('inner', 2, ['idle']), line('inner', 3, ['connect-silent'])];
    expect(of('idle', lines)).toEqual([
      ['outer', 1],
      ['inner', 2],
    ]);
  });

  it('takes those of the first host alone for what it ends itself', () => {
    expect(of('connect-silent', [line('outer', 1, ['connect-silent']), line('inner', 2, ['connect-silent'])])).toEqual([['outer', 1]]);
    expect(of('keep-alive-idle', [line('inner', 2, ['keep-alive-idle'])])).toEqual([]);
  });

  it('looks through a host that relays bytes', () => {
    expect(of('connect-silent', [line('outer', 1, ['idle', 'connect-silent']), line('inner', 2, ['connect-silent'])])).toEqual([
      ['outer', 1],
      ['inner', 2],
    ]);
  });

  it('takes the location with the longest prefix of the target', () => {
    const at = (pathPrefix: string, limitMs: number) => line('outer', limitMs, ['idle'], { scope: { pathPrefix } });
    const lines = [at('/', 1), at('/socket', 2), at('/other', 3), line('outer', 4, ['idle'])];
    expect(of('idle', lines)).toEqual([
      ['outer', 2],
      ['outer', 4],
    ]);
  });

  it('takes what cuts idle tunnels where a service tells no more, and leaves out what has no time', () => {
    const idle = { host: 'outer', line: configLine('cuts-idle', { limitMs: 7 }) };
    expect(of('idle', [idle])).toEqual([['outer', 7]]);
    expect(of('connect-silent', [idle])).toEqual([]);
    expect(of('idle', [idle, line('outer', 8, ['idle'])])).toEqual([['outer', 8]]);
    expect(of('idle', [{ host: 'outer', line: configLine('limits-time', { modes: ['idle'] }) }])).toEqual([]);
  });
});
