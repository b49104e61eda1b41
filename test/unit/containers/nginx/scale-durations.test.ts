import { describe, expect, it } from 'vitest';
import { scaleDurations } from '../../../../containers/nginx/scale-durations.ts';

/** A location with every default set around it, so that none is written in. */
const DEFAULTS = 'client_header_timeout 1d;client_body_timeout 1d;keepalive_timeout 1d;send_timeout 1d;';
const PROXY_DEFAULTS = 'proxy_connect_timeout 1d;proxy_read_timeout 1d;proxy_send_timeout 1d;';
const scaled = (line: string, factor = 10): string => {
  const { text } = scaleDurations(`http {\n${line}\n}\nhttp {}`, factor);
  return text.split('\n')[1] ?? '';
};

describe('scaleDurations of an nginx config', () => {
  it.each([
    ['proxy_read_timeout 60s;', 'proxy_read_timeout 6000ms;'],
    ['proxy_read_timeout 60;', 'proxy_read_timeout 6000ms;'],
    ['proxy_read_timeout 500ms;', 'proxy_read_timeout 50ms;'],
    ['proxy_read_timeout 1h;', 'proxy_read_timeout 360000ms;'],
    ['proxy_read_timeout "1m 30s";', 'proxy_read_timeout "9000ms";'],
    ["proxy_read_timeout\t'2d' ; # 2d", "proxy_read_timeout\t'17280000ms' ; # 2d"],
    ['keepalive_timeout 75s 60s;', 'keepalive_timeout 7500ms 60s;'],
    ['keepalive_time 1h;', 'keepalive_time 360000ms;'],
    ['client_header_timeout 5ms;', 'client_header_timeout 1ms;'],
    ['proxy_send_timeout 1w; send_timeout 10s;', 'proxy_send_timeout 60480000ms; send_timeout 1000ms;'],
    ['proxy_read_timeout # 5s\n 60s;', 'proxy_read_timeout # 5s'],
  ])('turns %s into %s', (line, expected) => {
    expect(scaled(line)).toBe(expected);
  });

  it.each([
    'keepalive_timeout 0;',
    '# proxy_read_timeout 60s;',
    'add_header X "proxy_read_timeout 60s;";',
    'proxy_cache_valid 200 10m;',
    'upstream u { server a fail_timeout=10s; keepalive_timeout_x 5s; }',
    'proxy_read_timeout $limit;',
  ])('leaves %s as it is', (line) => {
    expect(scaled(line)).toBe(line);
  });

  it('writes the defaults that no line sets behind the brace, and moves no line', () => {
    const text = `http { # the whole\n  ${DEFAULTS}\n  server { location / { proxy_pass http://origin:9000; proxy_read_timeout 20s; } }\n}\nstream {\n  proxy_timeout 1m;\n}\n`;
    const lines = scaleDurations(text, 30).text.split('\n');
    expect(lines).toHaveLength(text.split('\n').length);
    expect(lines[0]).toBe('http { proxy_connect_timeout 2000ms; proxy_read_timeout 2000ms; proxy_send_timeout 2000ms; # the whole');
    expect(lines[2]).toContain('proxy_read_timeout 667ms;');
    expect(lines[4]).toBe('stream { proxy_connect_timeout 2000ms;');
    expect(lines[5]).toBe('  proxy_timeout 2000ms;');
  });

  it('writes no defaults where an include may set them already, and says so', () => {
    const { text, notes } = scaleDurations('http {\n  include mime.types;\n  include conf.d/*.conf;\n}', 10);
    expect(text).toBe('http {\n  include mime.types;\n  include conf.d/*.conf;\n}');
    expect(notes).toEqual([expect.stringMatching(/^line 3: what `include conf\.d\/\*\.conf` brings is not read/)]);
    expect(scaleDurations(`http { include mime.types; ${DEFAULTS}${PROXY_DEFAULTS} }`, 10).notes).toEqual([]);
  });

  it('says which times it cannot read', () => {
    expect(scaleDurations('http { proxy_read_timeout $limit; }', 10).notes).toEqual([
      'line 1: `proxy_read_timeout $limit` is no plain time and stays as it is',
    ]);
  });
});
