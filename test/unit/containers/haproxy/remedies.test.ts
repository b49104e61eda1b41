import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { haproxy } from '../../../../containers/haproxy/service.ts';
import type { RemedyCandidate } from '../../../../harness/model/remedy.ts';
import type { ConfigSymptom } from '../../../../harness/model/service.ts';
import { applyEdits } from '../../../../harness/remedy/config-text.ts';

const ROOT = join(import.meta.dirname, '../../../..');

const inFrontend = (...rules: readonly string[]): string =>
  `defaults
    mode http

frontend fe
    bind :8080
${rules.map((rule) => `    ${rule}`).join('\n')}
    default_backend be_origin

backend be_origin
    server o origin:9000

backend be_static
    server s static:8000
`;

const candidates = (text: string, symptom: ConfigSymptom, lineText: string, target = '/socket'): readonly RemedyCandidate[] => {
  const line = haproxy.readConfig(text, 'haproxy.cfg').find((one) => one.symptom === symptom && one.text.startsWith(lineText));
  return line === undefined ? [] : (haproxy.remedies?.({ text, line, target }) ?? []);
};

/** The lines that each candidate brings in, trimmed. */
const added = (
  text: string,
  ...rest: Parameters<typeof candidates> extends [string, ...infer Rest] ? Rest : never
): readonly (readonly string[])[] =>
  candidates(text, ...rest).map(({ edits }) => edits.flatMap(({ insert }) => insert.map((one) => one.trim())));

describe('remedies for an HAProxy config', () => {
  it('add the path of the socket to the ACL that an allow-list uses, behind its last entry', () => {
    const text = readFileSync(join(ROOT, 'scenarios/incidents/0001-refused-socket/broken/haproxy.cfg'), 'utf8');
    const [first, second] = candidates(text, 'answers-itself', 'http-request deny', '/live/socket?token=x');
    expect(first?.edits).toEqual([{ line: 28, remove: 0, insert: ['    acl allowed_path path_beg /live/socket'] }]);
    expect(second?.edits[0]?.insert).toEqual(['    http-request deny deny_status 403 unless allowed_path || { path_beg /live/socket }']);
  });

  it('refuse h2c alone where every upgrade is refused, else except websocket, else the path', () => {
    expect(added(inFrontend('http-request deny if { req.hdr(Upgrade) -m found } # why'), 'answers-itself', 'http-request deny')).toEqual([
      ['http-request deny if { req.hdr(Upgrade) -i h2c } # why'],
      ['http-request deny if { req.hdr(Upgrade) -m found } !{ req.hdr(Upgrade) -i websocket } # why'],
      ['http-request deny if { req.hdr(Upgrade) -m found } !{ path_beg /socket } # why'],
    ]);
  });

  it('except the path from every alternative of a condition', () => {
    const text = inFrontend('acl scan path_beg /s', 'acl old path_end .php', 'http-request deny if scan || old');
    expect(added(text, 'answers-itself', 'http-request deny')).toEqual([
      ['http-request deny if scan !{ path_beg /socket } || old !{ path_beg /socket }'],
    ]);
  });

  it.each([
    ['an address', 'http-request deny unless { src 10.0.0.0/8 }'],
    ['a password', 'http-request auth unless { http_auth(users) }'],
    ['an ACL that is defined nowhere', 'http-request deny unless known'],
    ['a host', 'http-request deny unless { hdr(host) -i example.org }'],
  ])('make no hole in a rule about %s', (_, rule) => {
    expect(added(inFrontend(rule), 'answers-itself', 'http-request')).toEqual([]);
  });

  it('except the path from a rule that routes it elsewhere, or route handshakes before it', () => {
    const text = inFrontend('acl static path_beg /s', 'use_backend be_static if static');
    expect(candidates(text, 'answers-itself', 'use_backend').map(({ edits }) => edits)).toEqual([
      [{ line: 7, remove: 1, insert: ['    use_backend be_static if static !{ path_beg /socket }'] }],
      [{ line: 7, remove: 0, insert: ['    use_backend be_origin if { req.hdr(Upgrade) -i websocket }'] }],
    ]);
  });

  it('raise a limit for tunnels, and give one to a config that has none', () => {
    expect(added('listen l\n  bind :1\n  timeout tunnel 2s # short\n  server o origin:9000\n', 'cuts-idle', 'timeout tunnel')).toEqual([
      ['timeout tunnel 1h # short'],
    ]);
    const text = readFileSync(join(ROOT, 'containers/haproxy/configs/no-tunnel-timeout.cfg'), 'utf8');
    expect(candidates(text, 'cuts-idle', 'timeout client')[0]?.edits).toEqual([{ line: 20, remove: 0, insert: ['    timeout tunnel 1h'] }]);
  });

  it('raise a limit that ends tunnels, and no other', () => {
    const limit = (text: string): readonly RemedyCandidate[] => {
      const line = { symptom: 'limits-time', file: 'f', line: 2, column: 3, text, explanation: '', limitMs: 2000 } as const;
      return haproxy.remedies?.({ text: `listen l\n  ${text}\n  server o origin:9000\n`, line, target: '/' }) ?? [];
    };
    expect(limit('timeout server 2s')).toHaveLength(1);
    expect(limit('timeout connect 2s')).toEqual([]);
  });

  it('put a limit for tunnels where it counts: on the side of the backend', () => {
    const text = 'frontend fe\n  bind :1\n  timeout client 2s\n  default_backend be\nbackend be\n  server o origin:9000\n';
    expect(candidates(text, 'cuts-idle', 'timeout client')[0]?.edits).toEqual([{ line: 6, remove: 0, insert: ['  timeout tunnel 1h'] }]);
    const zero = text.replace('  server o', '  timeout tunnel 0\n  server o');
    expect(candidates(zero, 'cuts-idle', 'timeout client')[0]?.edits).toEqual([{ line: 6, remove: 1, insert: ['  timeout tunnel 1h'] }]);
  });

  it('leave the upgrade to handshakes in every rule that takes it, or remove those rules', () => {
    const text = inFrontend('http-request del-header Upgrade', 'http-request set-header Connection close');
    expect(added(text, 'drops-upgrade', 'http-request del-header')).toEqual([
      [
        'http-request del-header Upgrade unless { req.hdr(Upgrade) -i websocket }',
        'http-request set-header Connection close unless { req.hdr(Upgrade) -i websocket }',
      ],
      [],
    ]);
  });

  it('set upgrade headers on handshakes alone', () => {
    const text = inFrontend('http-request set-header Upgrade websocket', 'http-request set-header Connection Upgrade');
    expect(added(text, 'spoils-plain-http', 'http-request set-header Upgrade')).toEqual([
      [
        'http-request set-header Upgrade websocket if { req.hdr(Upgrade) -i websocket }',
        'http-request set-header Connection Upgrade if { req.hdr(Upgrade) -i websocket }',
      ],
    ]);
  });

  it('leave the target of a handshake and the headers of a 101 alone', () => {
    expect(added(inFrontend('http-request set-path /x'), 'rewrites-target', 'http-request')).toEqual([
      ['http-request set-path /x unless { req.hdr(Upgrade) -i websocket }'],
    ]);
    expect(added(inFrontend('http-response del-header Upgrade'), 'changes-header', 'http-response')).toEqual([
      ['http-response del-header Upgrade unless { status 101 }'],
    ]);
    expect(added(inFrontend('http-response del-header Server'), 'changes-header', 'http-response')).toEqual([]);
  });

  it('let tunnels outlive a reload', () => {
    const text = 'global\n    hard-stop-after 2s\n';
    const line = { symptom: 'cuts-on-reload', file: 'f', line: 2, column: 5, text: 'hard-stop-after 2s', explanation: '' } as const;
    expect(haproxy.remedies?.({ text, line, target: '/' })[0]?.edits).toEqual([{ line: 2, remove: 1, insert: ['    hard-stop-after 1h'] }]);
  });

  it('keep the line ends of the file, and are none for a line that is not there', () => {
    const text = inFrontend('http-request deny if { req.hdr(Upgrade) -m found }').replaceAll('\n', '\r\n');
    const [first] = candidates(text, 'answers-itself', 'http-request deny');
    expect(applyEdits(text, first?.edits ?? []).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const line = { symptom: 'cuts-idle', file: 'f', line: 99, column: 1, text: '', explanation: '' } as const;
    expect(haproxy.remedies?.({ text, line, target: '/' })).toEqual([]);
  });

  it('can be made for every line of every config that comes along', () => {
    for (const file of globSync(['containers/haproxy/configs/*.cfg', 'scenarios/incidents/*/*/haproxy.cfg'], { cwd: ROOT })) {
      const text = readFileSync(join(ROOT, file), 'utf8');
      for (const line of haproxy.readConfig(text, file)) {
        for (const { edits, title, source } of haproxy.remedies?.({ text, line, target: '/socket' }) ?? []) {
          expect(applyEdits(text, edits)).not.toBe(text);
          expect(title).toMatch(/\.$/);
          expect(source).toMatch(/^HAProxy Configuration Manual, section/);
        }
      }
    }
  });
});
