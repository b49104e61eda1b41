import { describe, expect, it } from 'vitest';
import { readSurroundings } from '../../../../containers/haproxy/surroundings.ts';
import { treeOf } from './config-tree.ts';

const BACK = ['backend app', ' mode http', ' server a api:80', 'backend live_ws', ' mode http', ' server a api:81'];
const entries = (...lines: readonly string[]): readonly string[] =>
  readSurroundings(treeOf(['defaults', ' mode http', ...lines, ...BACK, ''].join('\n'))).entries.map(
    ({ scheme, host, port, target, kind }) => `${kind} ${scheme}://${host}:${port}${target}`,
  );

describe('entries', () => {
  it('declares the path of a rule that leads to a backend for WebSockets', () => {
    expect(entries('frontend f', ' bind :80', ' acl ws path_beg /ws', ' use_backend live_ws if ws', ' default_backend app')).toEqual([
      'declared ws://hopscope.test:80/ws',
      'likely ws://hopscope.test:80/',
    ]);
  });

  it('declares what looks for the upgrade, on the root where no path is named', () => {
    const rules = [' acl up hdr(Upgrade) -i websocket', ' use_backend app if up', ' default_backend app'];
    expect(entries('frontend f', ' bind :80', ...rules)).toEqual(['declared ws://hopscope.test:80/']);
  });

  it('takes hosts from ACLs, anonymous ones and variables too', () => {
    const rules = [
      ' http-request set-var(txn.host) req.hdr(Host),lower',
      ' use_backend live_ws if { var(txn.host) -m str chat.example.com }',
      ' use_backend app if { hdr_beg(host) -i www. } || { ssl_fc_sni_end .example.org }',
    ];
    expect(entries('frontend f', ' bind :443 ssl crt /a.pem', ...rules)).toEqual([
      'declared wss://chat.example.com:443/',
      'likely wss://www.chat.example.com:443/ws',
    ]);
  });

  it('makes a request that negated and later ACLs let through', () => {
    const rules = [
      ' acl api path_beg /ws/v1',
      ' acl old path_reg ^/ws/v[0-9]+/old$',
      ' use_backend live_ws if { path_beg /ws } !api || old',
      ' default_backend app',
    ];
    expect(entries('frontend f', ' bind :80', ...rules)[0]).toBe('declared ws://hopscope.test:80/ws');
    expect(entries('frontend f', ' bind :80', ' use_backend app unless { path_beg /ws }', ' default_backend live_ws')).toContain(
      'declared ws://hopscope.test:80/ws',
    );
  });

  it('gives no entry for a route that no request reaches', () => {
    const rules = [' use_backend app if { hdr(upgrade) -m found }', ' use_backend live_ws if { path_beg /ws }'];
    expect(entries('frontend f', ' bind :80', ...rules)).toEqual(['declared ws://hopscope.test:80/']);
  });

  it('completes well-known targets', () => {
    expect(entries('frontend f', ' bind :80', ' use_backend live_ws if { path_beg /socket.io/ }')).toEqual([
      'declared ws://hopscope.test:80/socket.io/?EIO=4&transport=websocket',
    ]);
  });

  it('tells a front section that only redirects, and one that makes an exception', () => {
    const both = ['frontend f', ' bind :80', ' bind :443 ssl crt /etc/ssl/chat.example.com.pem', ' default_backend app'];
    expect(entries(...both, ' redirect scheme https if !{ ssl_fc }')).toEqual([
      'likely wss://chat.example.com:443/ws',
      'plain ws://chat.example.com:80/ws',
    ]);
    expect(entries('frontend f', ' bind :80', ' redirect scheme https code 301')).toEqual(['plain ws://hopscope.test:80/']);
    expect(entries(...both, ' acl up hdr(upgrade) -i websocket', ' http-request redirect scheme https if !{ ssl_fc } !up')[0]).toBe(
      'likely ws://chat.example.com:80/ws',
    );
  });

  it('goes through front sections that lead to each other', () => {
    const outer = [
      'frontend out',
      ' mode tcp',
      ' bind :443',
      ' use_backend to_tls if { req_ssl_sni -i chat.example.com }',
      'backend to_tls',
      ' mode tcp',
      ' server i abns@tls send-proxy-v2',
    ];
    const inner = [
      'frontend tls',
      ' bind abns@tls accept-proxy ssl crt /a.pem',
      ' use_backend live_ws if { path_beg /live }',
      ' default_backend app',
    ];
    expect(entries(...outer, ...inner)).toEqual(['declared wss://chat.example.com:443/live', 'likely wss://chat.example.com:443/ws']);
  });

  it('reads hosts out of a list that was given', () => {
    const text =
      'frontend f\n mode http\n bind :80\n use_backend b if { hdr(host) -f /etc/haproxy/hosts.lst }\nbackend b\n server a api:80\n';
    const tree = treeOf(text, { '/etc/haproxy/hosts.lst': '# names\nws.example.com\n' });
    expect(readSurroundings(tree).entries).toMatchObject([{ host: 'ws.example.com', kind: 'declared' }]);
  });

  it('reads backends out of a map that was given', () => {
    const rule = ' use_backend %[req.hdr(host),lower,map_dom(/etc/haproxy/hosts.map,app)]';
    const text = `frontend f\n mode http\n bind :80\n${rule}\n${BACK.join('\n')}\n`;
    const tree = treeOf(text, { '/etc/haproxy/hosts.map': '# host backend\nchat.example.com live_ws\n' });
    expect(readSurroundings(tree).entries.map(({ host, target, kind }) => [kind, host, target])).toEqual([
      ['declared', 'chat.example.com', '/'],
      ['likely', 'hopscope.test', '/ws'],
    ]);
  });

  it('leaves out databases, statistics and static files', () => {
    expect(entries('listen db', ' mode tcp', ' bind :3306', ' server a db:3306')).toEqual([]);
    expect(entries('frontend s', ' bind :8404', ' stats enable')).toEqual([]);
    expect(entries('frontend s', ' bind :80', ' use_backend app if { path_beg /static }')).toEqual([]);
  });

  it('says where and why', () => {
    const { entries: found } = readSurroundings(treeOf('listen chat\n mode http\n bind 192.0.2.1:80\n server a api:80\n'));
    expect(found).toEqual([
      {
        ...{ scheme: 'ws', host: 'hopscope.test', port: 80, target: '/ws', address: '192.0.2.1', kind: 'likely' },
        because: 'what no other rule takes leads to backend `chat`, in `mode http`',
        place: { file: 'haproxy.cfg', line: 1, column: 1 },
      },
    ]);
  });

  it('stays within its effort for an enormous config', () => {
    const rules = Array.from(
      { length: 1500 },
      (_, index) => ` use_backend b${index} if { path_reg ^/(x+)+${index}$ } !{ hdr(host) -i h${index}.example.com }`,
    );
    const started = performance.now();
    expect(entries('frontend f', ' bind :80', ...rules, ' default_backend app').length).toBeLessThanOrEqual(12);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
