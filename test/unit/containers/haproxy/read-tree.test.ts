import { describe, expect, it } from 'vitest';
import { readTree } from '../../../../containers/haproxy/read-tree.ts';
import type { ConfigLine } from '../../../../harness/model/service.ts';
import type { Entry } from '../../../../harness/model/surroundings.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { readSurroundings } from '../../../../containers/haproxy/surroundings.ts';
import { treeOf } from './config-tree.ts';

const DEFAULTS = 'defaults\n mode http\n timeout tunnel 5s\n';
const FRONT = 'frontend f\n bind :80\n default_backend b\nbackend b\n http-request del-header upgrade\n server a api:80\n';

describe('readTree', () => {
  it('gives each line the label of its file', () => {
    const tree = {
      ...treeOf('', { '/etc/haproxy/conf.d/1.cfg': DEFAULTS, '/etc/haproxy/conf.d/2.cfg': FRONT }),
      main: '/etc/haproxy/conf.d/1.cfg',
    };
    const lines = readTree(tree).map(({ symptom, file, line }) => [symptom, file, line]);
    expect(lines).toContainEqual(['cuts-idle', '1.cfg', 3]);
    expect(lines).toContainEqual(['limits-time', '1.cfg', 3]);
    expect(lines).toContainEqual(['drops-upgrade', '2.cfg', 5]);
  });

  it('reads the limits of an entry from the sections that its sockets come through', () => {
    const text = [
      'defaults',
      ' mode http',
      ' timeout client 50s',
      ' timeout server 50s',
      'frontend edge',
      ' bind :80',
      ' acl is_admin path_beg /admin',
      ' use_backend admin if is_admin',
      ' default_backend chat',
      'backend admin',
      ' timeout tunnel 10s',
      ' server a api:80',
      'backend chat',
      ' timeout tunnel 1h',
      ' server a api:80',
      '',
    ].join('\n');
    const entry = (target: string): Entry => ({
      ...{ scheme: 'ws', host: 'a.example', port: 80, target, address: null },
      ...{ kind: 'declared', because: '', place: null },
    });
    const tunnels = (lines: readonly ConfigLine[]) =>
      lines.filter(({ symptom, text: line }) => symptom === 'limits-time' && line.includes('tunnel')).map(({ line }) => line);
    expect(tunnels(readTree(treeOf(text)))).toEqual([11, 14]);
    expect(tunnels(readTree(treeOf(text), entry('/admin/ws')))).toEqual([11]);
    expect(tunnels(readTree(treeOf(text), entry('/chat')))).toEqual([14]);
    // Nothing listens there, so nothing is left out.
    expect(tunnels(readTree(treeOf(text), { ...entry('/chat'), port: 8080 }))).toEqual([11, 14]);
  });

  it('blames no line of a file that came with Hopscope', () => {
    const files = new Map([['/h.cfg', { path: '/h.cfg', text: DEFAULTS + FRONT, label: 'h.cfg', isWrapper: true as const }]]);
    expect(readTree({ main: '/h.cfg', files, workingFolder: '/', env: {} })).toEqual([]);
  });

  it('never throws, whatever the text is', () => {
    const random = seededRandom(6);
    const pieces = [
      DEFAULTS,
      FRONT,
      ' acl a path_reg ^/[a-z]+(/|$)\n',
      ' use_backend b if !{ hdr(host) -i a.b } || a\n',
      ' bind "${A-:1}"\n',
      ' stats socket /x\n',
      ' server x [::1\n',
    ];
    for (let round = 0; round < 150; round += 1) {
      const chars = [...Array.from({ length: 8 }, () => pieces[Math.floor(random() * pieces.length)] ?? '').join('')];
      for (let edit = 0; edit < 25; edit += 1) {
        chars[Math.floor(random() * chars.length)] = '{}()[]|!"\\\'$%#: ,@\n'.charAt(Math.floor(random() * 19));
      }
      const tree = treeOf(chars.join(''));
      expect(() => [readTree(tree), readSurroundings(tree)]).not.toThrow();
    }
  });
});
