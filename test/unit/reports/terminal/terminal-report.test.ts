import { describe, expect, it } from 'vitest';
import { terminalText } from '../../../../reports/terminal/escape.ts';
import { terminalReport } from '../../../../reports/terminal/terminal-report.ts';
import { passingRecord, sampleRecord, withHostileText } from '../../../fixtures/record-sample.ts';

const COLOURS = new RegExp(`${String.fromCodePoint(0x1b)}\\[\\d+m`, 'g');
const plain = (columns = 110): string => terminalReport(sampleRecord(), { color: false, columns });

describe('terminalText', () => {
  it('lets no sequence reach the terminal, and shows what was there', () => {
    expect(terminalText('\u001b]0;title\u0007\u001b[2J\u009b31m\r\n\u202eabc')).toBe(
      '\\x1b]0;title\\x07\\x1b[2J\\x9b31m\\r\\n\\u{202e}abc',
    );
  });
});

describe('terminalReport', () => {
  it('starts with the headline and ends with the verdict', () => {
    const lines = plain().trimEnd().split('\n');
    expect(lines[0]).toMatch(/^haproxy-checkout cuts idle sockets on checkout/);
    expect(lines.at(-1)).toBe('verdict: error, exit code 3');
  });

  it('has a table of paths and scenarios', () => {
    expect(plain()).toMatch(/^path +opening-handshake +idle +load +plain-http$/m);
    expect(plain()).toMatch(/^checkout +✓ pass +✗ FAIL +✓ pass +✗ FAIL$/m);
    expect(plain()).toMatch(/^nginx-bare +≡ as declared +~ allowed +- not run +✓ pass$/m);
  });

  it('numbers the scenarios where they do not fit, and explains the numbers and symbols', () => {
    expect(plain(50)).toMatch(/^checkout +✓ {3}✗ {3}✓ {3}✗$/m);
    expect(plain(50)).toMatch(/^1 opening-handshake$/m);
    expect(plain(50)).toContain('≡ fails as declared');
  });

  it('keeps within the columns', () => {
    for (const columns of [50, 80, 110])
      expect(
        Math.max(
          ...plain(columns)
            .split('\n')
            .map((line) => [...line].length),
        ),
      ).toBeLessThanOrEqual(columns + 2);
  });

  it('blames unexpected failures first, in full, and declared ones afterwards in a line', () => {
    const text = plain();
    expect(text).toContain('  blame    haproxy-checkout (certain), leg haproxy-checkout-nginx-checkout, towards the origin');
    expect(text).toContain('  config   configs/checkout/haproxy.cfg:17:3 timeout tunnel 2s');
    expect(text.indexOf('✗ checkout, idle')).toBeLessThan(text.indexOf('? node-proxy, idle'));
    expect(text.indexOf('? node-proxy, idle')).toBeLessThan(text.indexOf('As declared:'));
  });

  it('tells a declared cause once, with its scenarios, host and place', () => {
    const text = plain();
    expect(text).toContain('≡ nginx-bare, opening-handshake: refused-upgrade by nginx, configs/nginx/bare.conf:12\n');
    expect(text.replaceAll(/\n {2}/g, ' ')).toContain(
      '≡ incident-0001-broken, opening-handshake, idle: refused-upgrade by edge, scenarios/incidents/0001-refused-upgrade/broken/haproxy.cfg:23\n',
    );
    expect(text).not.toContain('4 of 4 upgrades');
  });

  it('says log and config of an unexpected failure beside its sentence, not in it', () => {
    const record = sampleRecord();
    const findings = record.findings.map((finding) =>
      finding.path === 'incident-0001-broken' ? { ...finding, expected: false } : finding,
    );
    const text = terminalReport({ ...record, findings }, { color: false, columns: 200 });
    expect(text).toMatch(/^ {2}edge answered 403 to GET \/socket by itself; the origin never saw the request$/m);
    expect(text).toMatch(/^ {2}log {6}HAProxy: PR--, the proxy itself refused the request$/m);
    expect(text).not.toMatch(/^ {2}because +edge answered/m);
  });

  it('has no control character without colour but line feeds, and with colour only its own', () => {
    const control = /(?!\n)[\p{Cc}\p{Cf}]/u;
    const record = withHostileText(sampleRecord());
    expect(terminalReport(record, { color: false, columns: 100 })).not.toMatch(control);
    const colored = terminalReport(record, { color: true, columns: 100 });
    expect(colored).toContain('\u001b[31m');
    expect(colored.replace(COLOURS, '')).not.toMatch(control);
  });

  it('says the same with and without colour', () => {
    expect(terminalReport(sampleRecord(), { color: true, columns: 100 }).replace(COLOURS, '')).toBe(
      terminalReport(sampleRecord(), { color: false, columns: 100 }),
    );
  });

  it('says before the verdict whether the instruments agree', () => {
    expect(plain(140)).toMatch(
      /^instrument check: injector, kernels and captures agree on 10 of 11 legs, scenario by scenario\nnot on incident-0001-broken, leg edge-origin, steady-echo: the captures lost 12 packets themselves: doubt the captures\n.*\nverdict: error/m,
    );
  });

  it('is short when everything passes', () => {
    expect(terminalReport(passingRecord(), { color: false, columns: 100 }).split('\n').length).toBeLessThan(13);
  });

  it('tells each load with its latency as a difference, and each search', () => {
    const report = terminalReport(sampleRecord(), { color: false, columns: 200 });
    expect(report).toContain('latency against control: p50 +0.22 ms (+0.19 to +0.26 ms); p99 +388 ms (+327 to +461 ms)');
    expect(report).toContain('as-fast-as-it-goes on checkout (closed loop)');
    expect(report).toContain('knee: haproxy-plain kept p99 < 50ms');
    expect(terminalReport(passingRecord(), { color: false, columns: 200 })).not.toContain('Loads:');
  });
});
