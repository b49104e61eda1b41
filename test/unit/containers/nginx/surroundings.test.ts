import { describe, expect, it } from 'vitest';
import { readSurroundings } from '../../../../containers/nginx/surroundings.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { MAIN, treeOf } from './trees.ts';

const read = (text: string, others: Readonly<Record<string, string>> = {}) => readSurroundings(treeOf({ [MAIN]: text, ...others }));
const http = (text: string) => read(`events {}\nhttp {\n${text}\n}`);

describe('readSurroundings', () => {
  it('reads every form of listen, and none as port 80', () => {
    const { listeners, files } = http(`
      server { listen 80; listen [::]:80; listen *:81; listen 127.0.0.1:8080; listen [fd00::1]:8081 ipv6only=on; }
      server { listen 443 ssl http2 default_server; listen 443 quic reuseport; listen 444 ssl proxy_protocol; listen localhost:445; }
      server { listen unix:/run/front.sock; listen 9000-9002; listen 10.0.0.1; }
      server { server_name nothing.example; }`);
    expect(listeners.map(({ address, port, tls, wantsProxyHeader }) => [address, port, tls, wantsProxyHeader])).toEqual([
      [null, 80, false, false],
      [null, 81, false, false],
      ['127.0.0.1', 8080, false, false],
      ['fd00::1', 8081, false, false],
      [null, 443, true, false],
      [null, 444, true, true],
      ['127.0.0.1', 445, false, false],
      [null, 9000, false, false],
      [null, 9001, false, false],
      [null, 9002, false, false],
      ['10.0.0.1', 80, false, false],
    ]);
    expect(files).toMatchObject([{ path: '/run/front.sock', kind: 'socket' }]);
  });

  it('reads origins of proxy_pass, upstream blocks, variables and maps, and of other protocols', () => {
    const { origins } = http(`
      upstream app { zone app 64k; server a.example:3000 resolve; server unix:/run/app.sock; server [::1]:9526 max_fails=0; server b.example; }
      map $host $pool { default http://m1:1; x.example http://m2:2/base; }
      server {
        location /a { proxy_pass http://app; }
        location /b { proxy_pass https://secure.example/x/; }
        location /c { set $up name; proxy_pass http://$up:8080$request_uri; }
        location /d { proxy_pass $pool; }
        location /e { proxy_pass http://$host:80; }
        location /f { grpc_pass grpcs://grpc.example:50051; }
        location /g { fastcgi_pass unix:/run/php.sock; }
        location /h { proxy_pass http://unix:/run/other.sock:/uri; }
      }`);
    expect(origins.map(({ host, port, isUnix, tls }) => [host, port, isUnix, tls])).toEqual([
      ['a.example', 3000, false, false],
      ['/run/app.sock', null, true, false],
      ['::1', 9526, false, false],
      ['b.example', 80, false, false],
      ['secure.example', 443, false, true],
      ['name', 8080, false, false],
      ['m1', 1, false, false],
      ['m2', 2, false, false],
      ['grpc.example', 50_051, false, true],
      ['/run/php.sock', null, true, false],
      ['/run/other.sock', null, true, false],
    ]);
  });

  it('reads files where nginx looks for them, with the names that a certificate must serve', () => {
    const { files, doubts } = read(
      `load_module modules/ngx_http_geoip2_module.so;
       load_module modules/ngx_stream_module.so;
       pid /run/nginx.pid; error_log logs/error.log warn;
       http {
         access_log /dev/stdout; access_log syslog:server=10.0.0.1 combined; access_log /var/log/nginx/$host.log;
         proxy_cache_path /var/cache/x levels=1:2 keys_zone=x:1m;
         server {
           listen 443 ssl; server_name a.example *.b.example .c.example _ ~^www\\d+; root html; access_log off;
           ssl_certificate certs/a.pem; ssl_certificate_key certs/a.key; ssl_dhparam dh.pem;
           auth_basic_user_file /etc/nginx/htpasswd; include gone.conf; include extra/*.conf;
           more_set_headers "X: y"; access_by_lua_file lua/auth.lua;
         }
         server { server_name d.example; ssl_certificate certs/d.pem; ssl_certificate_key certs/d.pem; ssl_certificate_key certs/$ssl_server_name.key; }
       }`,
    );
    expect(files.map(({ path, kind, isOptional }) => `${path} ${kind}${isOptional ? ' optional' : ''}`)).toEqual([
      '/usr/share/nginx/modules/ngx_http_geoip2_module.so module',
      '/usr/share/nginx/modules/ngx_stream_module.so module',
      '/run/nginx.pid pid',
      '/usr/share/nginx/logs/error.log log',
      '/var/cache/x folder',
      '/usr/share/nginx/html folder optional',
      '/etc/nginx/certs/a.pem certificate',
      '/etc/nginx/certs/a.key key',
      '/etc/nginx/dh.pem dh-parameters',
      '/etc/nginx/htpasswd password-file',
      '/etc/nginx/lua/auth.lua lua',
      '/etc/nginx/certs/d.pem bundle',
      '/etc/nginx/gone.conf include',
      '/etc/nginx/extra/*.conf include optional',
    ]);
    expect(files.find(({ path }) => path.endsWith('a.pem'))?.names).toEqual(['a.example', '*.b.example', 'c.example', '*.c.example']);
    expect(doubts.map(({ because, place }) => [because.replace(/^the module (\S+) .*; (\S+) has it$/, '$1 $2'), place?.line])).toEqual([
      ['ngx_http_geoip2_module libnginx-mod-http-geoip2', 1],
      ['ngx_http_headers_more_filter_module libnginx-mod-http-headers-more-filter', 11],
      ['ngx_http_lua_module libnginx-mod-http-lua', 11],
    ]);
  });

  it('reads resolvers, users and the environment', () => {
    const found = read('user web;\nenv TOKEN;\nenv MODE=x;\nhttp { resolver 127.0.0.11 [::1]:5353 dns.example valid=10s ipv6=off; }');
    expect(found.resolvers.map(({ address, port }) => [address, port])).toEqual([
      ['127.0.0.11', 53],
      ['::1', 5353],
      ['dns.example', 53],
    ]);
    expect(found.users).toMatchObject([{ user: 'web', group: 'web', place: { line: 1 } }]);
    expect(found.variables).toMatchObject([{ name: 'TOKEN', fallback: '', place: { file: 'nginx.conf', line: 2, column: 1 } }]);
  });

  it('doubts what no world makes up for', () => {
    const { doubts } = http(
      'server { ssl_verify_client on; ssl_session_ticket_key t.key; vhost_traffic_status_zone; } server { ssl_verify_client optional; }',
    );
    expect(doubts.map(({ because }) => because)).toEqual([
      "the module ngx_http_vhost_traffic_status_module is not part of Debian's nginx packages",
      '`ssl_verify_client on` wants a certificate of the client',
      '`ssl_session_ticket_key` wants a file of exactly 48 or 80 random bytes',
    ]);
  });

  it('says what an auth_request is at the origin', () => {
    const { authTargets } = http(`server {
      location / { auth_request /_auth; proxy_pass http://a; }
      location = /_auth { internal; proxy_pass http://auth:9091/api/verify; }
      location /x { auth_request /outpost/check?x=1; }
      location /outpost/ { proxy_pass http://auth; }
      location /y { auth_request off; auth_request /pre/b; }
      location /pre/ { proxy_pass http://auth/v2/; }
    }`);
    expect(authTargets).toEqual(['/api/verify', '/outpost/check?x=1', '/v2/b']);
  });

  it('never throws, whatever the text is', () => {
    const random = seededRandom(7);
    const text = `user a; http { upstream u { server a:1; } map $a $b { default x; } server { listen 443 ssl; server_name ~^a(b|c)+$ x; location ~ ^/a(b|c)[0-9]+$ { auth_request /b; proxy_pass http://u; } location / { set $x a; proxy_pass http://$x:1; } } } stream { server { listen 1; proxy_pass u; } }`;
    for (let round = 0; round < 400; round += 1) {
      const at = Math.floor(random() * text.length);
      const mutated = text.slice(0, at) + '{};$~[(\\"\n*'.charAt(Math.floor(random() * 10)) + text.slice(at + Math.floor(random() * 9));
      expect(Array.isArray(read(mutated).entries)).toBe(true);
    }
  });
});
