import { describe, expect, it } from 'vitest';
import { parseShare } from '../../../harness/cli/parse-share.ts';
import { routingSeen } from '../../../harness/cli/routing-seen.ts';
import { searchedTree } from '../../../harness/cli/searched-tree.ts';
import type { Path } from '../../../harness/model/path.ts';
import { NOTHING_LOGGED, type ProxyLogEntry } from '../../../harness/model/service.ts';
import type { ConfigTree } from '../../../harness/model/surroundings.ts';
import { haproxy } from '../../../containers/haproxy/service.ts';
import { nginx } from '../../../containers/nginx/service.ts';

const tree = (main: string, files: Readonly<Record<string, string>>): ConfigTree => ({
  main,
  files: new Map(Object.entries(files).map(([path, text]) => [path, { path, text, label: path.slice(1) }])),
  workingFolder: '/',
  env: {},
});
const filesOf = ({ files }: ConfigTree): readonly string[] => [...files.keys()];

describe('the tree that is searched', () => {
  it('leaves out what only lies beside the config', () => {
    const config = 'defaults\n mode http\nfrontend f\n bind :80\n default_backend b\nbackend b\n server s 10.0.0.1:80\n';
    const given = tree('/etc/haproxy/haproxy.cfg', { '/etc/haproxy/haproxy.cfg': config, '/etc/haproxy/old.cfg': config });
    expect(filesOf(searchedTree(haproxy, { tree: given }))).toEqual(['/etc/haproxy/haproxy.cfg']);
  });

  it('keeps what the config includes', () => {
    const given = tree('/etc/nginx/nginx.conf', {
      '/etc/nginx/nginx.conf': 'events {}\nhttp { server { listen 80; include proxy.inc; } }\n',
      '/etc/nginx/proxy.inc': 'location / { proxy_pass http://app:3000; }\n',
      '/etc/nginx/unused.inc': 'location /x { proxy_pass http://x:3000; }\n',
    });
    expect(filesOf(searchedTree(nginx, { tree: given }))).toEqual(['/etc/nginx/nginx.conf', '/etc/nginx/proxy.inc']);
  });
});

describe('where a proxy sent the handshakes', () => {
  const path = { id: 'edge', target: '/live?x=1' } as Path;
  const line = (server: string | null, more: Partial<ProxyLogEntry> = {}) => ({
    ...{ path: 'edge', scenario: 'opening-handshake', host: 'proxy-1' },
    entry: { ...NOTHING_LOGGED, raw: '', kind: 'access' as const, target: '/live?hopscope=1', server, ...more },
  });

  it('is the backend by its name, whichever server of it was taken', () => {
    expect(routingSeen(path, [line('be_ws/ws2'), line('be_ws/ws1')])).toBe('be_ws');
    expect(routingSeen(path, [line('198.18.0.1:3000, 198.18.0.2:3000')])).toBe('198.18.0.1:3000');
  });

  it('is not known where no line of the handshakes says it', () => {
    expect(routingSeen(path, [line(null), line('be_web/web1', { target: '/' }), { ...line('be_ws/ws1'), path: 'other' }])).toBeNull();
  });
});

describe('a share on the command line', () => {
  it.each([
    ['80%', 0.8],
    ['80', 0.8],
    ['0.8', 0.8],
    ['1', 1],
    ['100%', 1],
    ['0', 0],
  ])('is read from %s', (text, share) => {
    expect(parseShare(text, '--fail-under')).toBeCloseTo(share, 6);
  });

  it.each(['', 'all', '101%', '-1', '8 0', '1e9'])('is refused when it is %j', (text) => {
    expect(() => parseShare(text, '--fail-under')).toThrow(/expected --fail-under to be a share such as 80%/);
  });
});
