import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLimits } from '../../../../containers/nginx/config-limits.ts';

const CONFIGS = join(import.meta.dirname, '../../../../containers/nginx/configs');
const limitsOf = (name: string) => readLimits(readFileSync(join(CONFIGS, name), 'utf8'), name);
const times = (name: string) =>
  limitsOf(name).flatMap(({ symptom, text, modes, limitMs, isDefault }) =>
    symptom === 'limits-time' ? [[text, modes?.join(' '), limitMs, isDefault ?? false] as const] : [],
  );
const counts = (name: string) =>
  limitsOf(name).flatMap(({ symptom, text, resource, limit }) => (symptom === 'limits-count' ? [[text, resource, limit] as const] : []));

describe('the limits of an nginx config', () => {
  it('tells what each duration ends', () => {
    expect(times('short-limits.conf')).toEqual([
      ['client_header_timeout 800ms;', 'connect-silent head-unfinished', 800, false],
      ['client_body_timeout 900ms;', '', 900, false],
      ['keepalive_timeout 1400ms;', 'keep-alive-idle', 1400, false],
      ['send_timeout 2500ms;', '', 2500, false],
      ['proxy_connect_timeout 700ms;', '', 700, false],
      ['proxy_read_timeout 2s;', 'idle head-unanswered', 2000, false],
      ['proxy_send_timeout 2500ms;', '', 2500, false],
    ]);
  });

  it('counts defaults that stand in no line, at the line of the proxy_pass', () => {
    const pass = 'proxy_pass http://origin:9000;';
    expect(times('upgrade-map.conf')).toEqual([
      [pass, 'connect-silent head-unfinished', 60_000, true],
      [pass, 'keep-alive-idle', 75_000, true],
      ['proxy_read_timeout 120s;', 'idle head-unanswered', 120_000, false],
    ]);
    const [line] = limitsOf('upgrade-map.conf').filter(({ isDefault }) => isDefault === true);
    expect(line?.explanation).toMatch(/^no `client_header_timeout` in location \/: the default of 60s ends/);
  });

  it('knows that relayed bytes have one limit', () => {
    expect(times('stream.conf')).toEqual([['proxy_timeout 60s;', 'idle connect-silent head-unanswered keep-alive-idle', 60_000, false]]);
  });

  it('counts two connections for each socket, and what nginx needs itself', () => {
    expect(counts('few-connections.conf')).toEqual([['worker_connections 20;', 'connections', 9]]);
    expect(counts('limit-conn.conf')).toContainEqual(['limit_conn by_address 8;', 'connections-per-address', 8]);
    const several = 'worker_processes auto; events { worker_connections 20; } http { server { listen 80 backlog=5; } }';
    expect(readLimits(several, 'x').map(({ resource, limit }) => [resource, limit])).toEqual([['backlog', 5]]);
  });
});
