import { describe, expect, it } from 'vitest';
import { parseRejection } from '../../../../containers/haproxy/rejection.ts';

/** What `haproxy -c -f` of 2.6 prints around the alerts. */
const rejected = (...alerts: readonly string[]): Parameters<typeof parseRejection>[0] => ({
  code: 1,
  stdout: '',
  stderr: [
    '[NOTICE]   (6818) : haproxy version is 2.6.12-1+deb12u4',
    '[NOTICE]   (6818) : path to executable is /usr/sbin/haproxy',
    ...alerts.map((alert) => `[ALERT]    (6818) : config : ${alert}`),
    '[ALERT]    (6818) : config : Error(s) found in configuration file : /etc/hopscope/haproxy.cfg',
    '[ALERT]    (6818) : config : Fatal errors found in configuration.',
    '',
  ].join('\n'),
});

describe('parseRejection', () => {
  it('reads line and message of the first alert', () => {
    const output = rejected(
      "parsing [/etc/hopscope/haproxy.cfg:14] : unknown keyword 'bogus' in 'frontend' section",
      "parsing [/etc/hopscope/haproxy.cfg:15] : 'timeout client' : unexpected extra argument '6s' after value '5s'.",
    );
    expect(parseRejection(output)).toEqual({
      line: 14,
      column: null,
      message: "unknown keyword 'bogus' in 'frontend' section",
      file: '/etc/hopscope/haproxy.cfg',
    });
  });

  it('reads a place without the word parsing', () => {
    expect(parseRejection(rejected("[/etc/hopscope/haproxy.cfg:14] : 'server f/s' : could not resolve address 'nowhere'."))).toEqual({
      line: 14,
      column: null,
      message: "'server f/s' : could not resolve address 'nowhere'.",
      file: '/etc/hopscope/haproxy.cfg',
    });
  });

  it('reads the column of a quoting error', () => {
    const marked = '  http-request deny if { path "/x }\n                              ^';
    const alert = `parsing [/etc/hopscope/haproxy.cfg:14]: unmatched quote at position 33:\n${marked}`;
    expect(parseRejection(rejected(alert))).toEqual({
      line: 14,
      column: 33,
      message: 'unmatched quote at position 33',
      file: '/etc/hopscope/haproxy.cfg',
    });
  });

  it.each([
    ["Parsing [/etc/h.cfg:7]: failed to parse use_backend rule '%[x]' : no", 7, "failed to parse use_backend rule '%[x]' : no"],
    ['Binding [/etc/h.cfg:3] for frontend GLOBAL: cannot bind UNIX socket', 3, 'cannot bind UNIX socket'],
    ["Proxy 'b', server 's' [/etc/h.cfg:9] verify is enabled by default", 9, 'verify is enabled by default'],
  ])('reads the place of %j', (alert, line, message) => {
    expect(parseRejection(rejected(alert))).toEqual({ line, column: null, message, file: '/etc/h.cfg' });
  });

  it('names the file of the first alert, of several', () => {
    const output = rejected("parsing [/etc/h/a.cfg:2] : unknown keyword 'x' in 'global' section", 'parsing [/etc/h/b.cfg:1] : nothing');
    expect(parseRejection(output)).toMatchObject({ file: '/etc/h/a.cfg', line: 2 });
  });

  it('gives the message alone when the alert names no place', () => {
    expect(parseRejection(rejected("Proxy 'f': unable to find required default_backend: 'nope'."))).toEqual({
      line: null,
      column: null,
      message: "Proxy 'f': unable to find required default_backend: 'nope'.",
    });
  });

  it('reads alerts of versions before 2.4, which have a date', () => {
    const stderr = "[ALERT] 326/011502 (6818) : parsing [/etc/hopscope/haproxy.cfg:3] : unknown keyword 'x' in 'global' section\n";
    expect(parseRejection({ code: 1, stdout: '', stderr })).toMatchObject({ line: 3, message: "unknown keyword 'x' in 'global' section" });
  });

  it('gives the last line, or the exit code, when there is no alert', () => {
    expect(parseRejection({ code: 127, stdout: 'haproxy: not found\n', stderr: '' }).message).toBe('haproxy: not found');
    expect(parseRejection({ code: 137, stdout: '', stderr: '' }).message).toBe('exit code 137 without a word');
  });
});
