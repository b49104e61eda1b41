import { describe, expect, it } from 'vitest';
import { parseLog as parseHaproxy } from '../../../../containers/haproxy/log.ts';
import { parseLog as parseNginx } from '../../../../containers/nginx/log.ts';
import { syslogText } from '../../../../containers/world/syslog-line.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';

const HTTPLOG =
  '127.0.0.1:52144 [23/Nov/2026:13:53:52.100] web app/one 0/0/1/2/3 101 150 - - ---- 1/1/0/0/0 0/0 {chat.example.com} "GET /socket HTTP/1.1"';
const COMBINED = '127.0.0.1 - - [23/Nov/2026:13:53:52 +0000] "GET /socket HTTP/1.1" 101 150 "-" "-"';
const ERROR =
  '2026/11/23 13:53:52 [error] 12#12: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1';
const text = (line: string) => syslogText(Buffer.from(line));

describe('syslogText', () => {
  it.each([
    ['RFC 3164 without a host', `<134>Nov 23 13:53:52 haproxy[123]: ${HTTPLOG}\n`],
    ['RFC 3164 with a host', `<134>Nov  3 13:53:52 edge-1.example.com haproxy[123]: ${HTTPLOG}`],
    ['RFC 3164 with a host by its IPv6 address', `<134>Nov  3 13:53:52 2001:db8::1 haproxy[123]: ${HTTPLOG}`],
    ['RFC 3164 without a process', `<134>Nov 23 13:53:52 haproxy: ${HTTPLOG}`],
    ['RFC 3164 with a tag of the user', `<134>Nov 23 13:53:52 host front/ws-1[9]: ${HTTPLOG}`],
    ['RFC 5424', `<134>1 2026-11-23T13:53:52.100321+00:00 edge haproxy 123 - - ${HTTPLOG}`],
    ['RFC 5424 with data and a byte order mark', `<134>1 2026-11-23T13:53:52Z - haproxy - - [a@1 b="]\\"" c="d"][e] \ufeff${HTTPLOG}`],
    ['RFC 3164 with an empty host, as nginx before it has read its own', `<190>Nov 23 13:53:52  nginx: ${HTTPLOG}`],
    ['an ISO date', `<134>2026-11-23T13:53:52+00:00 haproxy[123]: ${HTTPLOG}`],
    ['a tag alone', `<134>haproxy[123]: ${HTTPLOG}`],
    ['a priority alone', `<134>${HTTPLOG}`],
    ['a date alone', `<134>Nov 23 13:53:52 ${HTTPLOG}`],
    ['nothing at all', HTTPLOG],
  ])('leaves the words of the program alone: %s', (_what, datagram) => {
    expect(text(datagram)).toBe(HTTPLOG);
    expect(parseHaproxy(text(datagram))).toMatchObject({
      kind: 'access',
      status: 101,
      target: '/socket',
      server: 'app/one',
      clientPort: 52144,
    });
  });

  it('leaves lines of nginx that it reads as from a file', () => {
    expect(parseNginx(text(`<190>Nov 23 13:53:52 host nginx: ${COMBINED}`))).toMatchObject({ kind: 'access', status: 101 });
    expect(text(`<190>Nov 23 13:53:52 nginx: ${COMBINED}`)).toBe(COMBINED);
    expect(parseNginx(text(`<187>Nov 23 13:53:52 host nginx: ${ERROR}`))).toMatchObject({ kind: 'error', raw: ERROR });
  });

  it.each(['lighttpd[7]', 'varnishncsa[7]', 'httpd[7]', 'caddy', 'app.js[7]'])('knows the tag of %s', (tag) => {
    expect(text(`<174>Nov 23 13:53:52 ${tag}: ${COMBINED}`)).toBe(COMBINED);
    expect(text(`<174>Nov 23 13:53:52 host ${tag}: ${COMBINED}`)).toBe(COMBINED);
  });

  it.each(['Server app/one is DOWN, reason: Layer4 timeout', 'Connect from 127.0.0.1:52144 to 127.0.0.1:80 (web/HTTP)'])(
    'takes nothing off "%s"',
    (line) => {
      expect(text(`<129>Nov 23 13:53:52 haproxy[1]: ${line}`)).toBe(line);
      expect(text(`<129>${line}`)).toBe(line);
    },
  );

  it('makes one bounded line of anything, and leaves its other bytes as they are', () => {
    expect(text('<134>a\r\nb\nc\n')).toBe('a b c');
    expect(Buffer.from(syslogText(Buffer.from([60, 49, 62, 0x1b, 0xff, 9, 0x41])), 'latin1')).toEqual(Buffer.from([0x1b, 0xff, 9, 0x41]));
    expect(text('x'.repeat(60_000)).length).toBe(8192);
  });

  it('takes any bytes in a time of their length', () => {
    const random = seededRandom(3);
    const alphabet = '<134>1 [a="b\\]:-Nov23T:. \n';
    for (let round = 0; round < 3000; round++) {
      const line = Array.from({ length: 1 + random() * 300 }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      expect(text(`<1>1 ${line}`)).not.toContain('\n');
    }
    expect(text(`<1>1 a b c d e [${'"\\'.repeat(30_000)}`).length).toBe(8192);
  });
});
