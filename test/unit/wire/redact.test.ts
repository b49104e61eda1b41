import { describe, expect, it } from 'vitest';
import { bounded, shownLine, shownTarget, shownValue } from '../../../harness/wire/redact.ts';

describe('redaction', () => {
  it.each(['Cookie', 'set-cookie', 'AUTHORIZATION', 'Proxy-Authorization'])('shows of %s only the length', (name) => {
    expect(shownValue(name, 'session=secret')).toBe('[redacted, 14 bytes]');
  });

  it('shows other values, cut at 1 KiB', () => {
    expect(shownValue('Host', 'a')).toBe('a');
    expect(shownValue('X-Long', 'x'.repeat(5000))).toMatch(/^x{1024}… \(5000 bytes\)$/);
  });

  it('takes queries out of targets and log lines', () => {
    expect(shownTarget('/socket?token=a&b=c')).toBe('/socket?[redacted]');
    expect(shownLine('1.2.3.4 "GET /a?token=x HTTP/1.1" 403 "GET /b?y"')).toBe(
      '1.2.3.4 "GET /a?[redacted] HTTP/1.1" 403 "GET /b?[redacted]"',
    );
  });

  it('knows the query by which the harness tells its own requests apart', () => {
    expect(shownTarget('/socket?hopscope=direct.plain')).toBe('/socket');
    expect(shownTarget('/socket?hopscope=direct.plain&token=a')).toBe('/socket?[redacted]');
    expect(shownTarget('/socket?token=a&hopscope=direct.plain')).toBe('/socket?[redacted]');
    expect(shownLine('"GET /socket?hopscope=direct.plain HTTP/1.1" 101')).toBe('"GET /socket?hopscope=direct.plain HTTP/1.1" 101');
    expect(shownLine('"GET /socket?hopscope=a&token=x HTTP/1.1"')).toBe('"GET /socket?[redacted] HTTP/1.1"');
  });

  it('bounds a hostile line', () => {
    expect(shownLine('x'.repeat(100_000)).length).toBe(2048);
    expect(bounded('abcdef', 4)).toBe('abc…');
  });
});
