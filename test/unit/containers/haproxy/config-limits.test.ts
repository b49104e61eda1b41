import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLimits } from '../../../../containers/haproxy/config-limits.ts';

const CONFIGS = join(import.meta.dirname, '../../../../containers/haproxy/configs');
const limitsOf = (name: string) => readLimits(readFileSync(join(CONFIGS, name), 'utf8'), name);
const times = (name: string) =>
  limitsOf(name).flatMap(({ symptom, text, modes, limitMs }) => (symptom === 'limits-time' ? [[text, modes, limitMs] as const] : []));
const counts = (name: string) =>
  limitsOf(name).flatMap(({ symptom, text, resource, limit }) => (symptom === 'limits-count' ? [[text, resource, limit] as const] : []));

describe('the limits of an HAProxy config', () => {
  it('tells what each timeout ends', () => {
    expect(times('short-limits.cfg')).toEqual([
      ['timeout connect 700ms', [], 700],
      ['timeout http-request 800ms', ['connect-silent', 'head-unfinished'], 800],
      ['timeout http-keep-alive 1200ms', ['keep-alive-idle'], 1200],
      ['timeout client 2400ms', ['connect-silent', 'keep-alive-idle'], 2400],
      ['timeout server 1600ms', ['head-unanswered'], 1600],
      ['timeout tunnel 2s', ['idle'], 2000],
      ['timeout client-fin 1s', [], 1000],
    ]);
  });

  it('falls back from one timeout on the other', () => {
    expect(times('no-tunnel-timeout.cfg')).toEqual(
      expect.arrayContaining([
        ['timeout http-request 10s', ['connect-silent', 'head-unfinished', 'keep-alive-idle'], 10_000],
        ['timeout client 2s', ['idle'], 2000],
        ['timeout client 2s', ['connect-silent', 'keep-alive-idle'], 2000],
        ['timeout server 2s', ['idle'], 2000],
      ]),
    );
  });

  it('knows of no heads where bytes are relayed', () => {
    expect(times('mode-tcp.cfg')).toContainEqual([
      'timeout tunnel 1h',
      ['idle', 'connect-silent', 'head-unanswered', 'keep-alive-idle'],
      3_600_000,
    ]);
  });

  it('finds the limits of number', () => {
    expect(counts('frontend-maxconn.cfg')).toEqual([
      ['maxconn 2000', 'connections', 2000],
      ['maxconn 8', 'connections', 8],
      ['backlog 4', 'backlog', 4],
    ]);
    expect(counts('server-maxconn.cfg')).toContainEqual(['server origin1 origin:9000 maxconn 8', 'queue', 8]);
    expect(counts('conn-per-address.cfg')).toContainEqual([
      'http-request deny deny_status 429 if { sc_conn_cur(0) gt 8 }',
      'connections-per-address',
      8,
    ]);
  });

  it('says what happens to one that waits in the queue', () => {
    const [line] = limitsOf('server-maxconn.cfg').filter(({ resource }) => resource === 'queue');
    expect(line?.explanation).toContain('waits in the queue for `timeout queue 300ms` (line 20) and gets 503');
  });
});
