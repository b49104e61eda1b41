import { describe, expect, it } from 'vitest';
import { scaleDurations } from '../../../../containers/haproxy/scale-durations.ts';

const scaled = (line: string, factor = 10): string => scaleDurations(`defaults\n${line}`, factor).text.split('\n').slice(1).join('\n');

describe('scaleDurations of an HAProxy config', () => {
  it.each([
    ['    timeout client 30s', '    timeout client 3000ms'],
    ['    timeout client 30', '    timeout client 3ms'],
    ['    timeout client 500ms', '    timeout client 50ms'],
    ['    timeout tunnel 1h', '    timeout tunnel 360000ms'],
    ['    timeout tunnel 2d', '    timeout tunnel 17280000ms'],
    ['    timeout server 1m', '    timeout server 6000ms'],
    ['    timeout server 900us', '    timeout server 90us'],
    ['    timeout server 5ms', '    timeout server 500us'],
    ['    timeout http-request   10s   # 10s are enough', '    timeout http-request   1000ms   # 10s are enough'],
    ['    timeout "client" "30s"', '    timeout "client" "3000ms"'],
    ["    timeout queue '5s'\r", "    timeout queue '500ms'\r"],
    ['    http-request set-timeout tunnel 5m if { path /ws }', '    http-request set-timeout tunnel 30000ms if { path /ws }'],
  ])('turns %s into %s', (line, expected) => {
    expect(scaled(line)).toBe(expected);
  });

  it.each([
    '    timeout tunnel 0',
    '    timeout check 2s',
    '    # timeout client 30s',
    '    server s1 10.0.0.1:80 check inter 2s',
    '    http-request deny if { path "timeout client 30s" }',
    '    http-request set-timeout server hdr(x-wait)',
    '    option httplog',
  ])('leaves %s as it is', (line) => {
    expect(scaled(line)).toBe(line);
  });

  it('leaves every section alone that is no proxy', () => {
    const text =
      'global\n    hard-stop-after 30s\nresolvers r\n    timeout resolve 1s\nbackend b\n    timeout server 10s\nprogram p\n    timeout x 1s\n';
    expect(scaleDurations(text, 10).text).toBe(text.replace('timeout server 10s', 'timeout server 1000ms'));
  });

  it('says which times it cannot read, by line', () => {
    expect(scaleDurations('defaults\n    timeout client "${LIMIT}"\n', 10)).toEqual({
      text: 'defaults\n    timeout client "${LIMIT}"\n',
      notes: ['line 2: `${LIMIT}` is no plain time and stays as it is'],
    });
  });

  it('never goes below one microsecond', () => {
    expect(scaled('timeout client 1us', 10_000)).toBe('timeout client 1us');
  });
});
