import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../../../containers/nginx/entries.ts';
import { parseTree } from '../../../../containers/nginx/config-files.ts';
import { MAIN, treeOf } from './trees.ts';

const UP = 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;';
const entries = (text: string) =>
  entriesOf(parseTree(treeOf({ [MAIN]: text }))).map(
    ({ scheme, host, port, target, kind }) => `${kind} ${scheme}://${host}:${port}${target}`,
  );
const http = (text: string) => entries(`http {\n${text}\n}`);

describe('entriesOf', () => {
  it('puts locations that set Upgrade first, inherited headers too, and what answers itself last', () => {
    expect(
      http(`server { listen 80; server_name a.example; return 301 https://$host$request_uri; }
        server { listen 443 ssl; server_name a.example; ${UP}
          location / { proxy_pass http://a; proxy_set_header Host $host; }
          location /api/ { proxy_pass http://a; }
          location /chat/ws { proxy_pass http://a; ${UP} }
          location /static/ { root /x; }
          location = /auth { internal; proxy_pass http://a; }
          location @named { proxy_pass http://a; } }`),
    ).toEqual([
      'declared wss://a.example:443/chat/ws',
      'declared wss://a.example:443/api/',
      'likely wss://a.example:443/',
      'plain wss://a.example:443/static/',
      'plain ws://a.example:80/',
    ]);
  });

  it('asks for what well-known clients ask for', () => {
    const at = (location: string) => http(`server { location ${location} { proxy_pass http://a; } }`)[0];
    expect(at('/socket.io/')).toBe('declared ws://localhost:80/socket.io/?EIO=4&transport=websocket');
    expect(at('^~ /app/sockjs')).toBe('declared ws://localhost:80/app/sockjs/000/hopscope/websocket');
    expect(at('~* ^/(CABLE|other)$')).toBe('declared ws://localhost:80/cable');
    expect(at('= /graphql')).toBe('declared ws://localhost:80/graphql');
  });

  it('chooses a target that no other location takes', () => {
    expect(
      http(
        `server { ${UP} location = / { return 200; } location / { proxy_pass http://a; } location /ws { return 404; } location ~ ^/h { return 404; } }`,
      )[0],
    ).toBe('declared ws://localhost:80/socket');
  });

  it('follows try_files into a named location, and a proxy_pass inside an if', () => {
    expect(http(`server { location / { try_files $uri @app; } location @app { proxy_pass http://a; ${UP} } }`)).toEqual([
      'declared ws://localhost:80/',
    ]);
    expect(http(`server { location /w { if ($http_upgrade) { proxy_pass http://a; } ${UP} } }`)[0]).toBe('declared ws://localhost:80/w');
  });

  it('says a name that reaches the server and no other', () => {
    const server = (listen: string, name: string) =>
      `server { listen ${listen}; server_name ${name}; location / { proxy_pass http://a; ${UP} } }`;
    expect(
      http(server('80', '_') + server('80', '*.wild.example') + server('80', String.raw`~^x\d+$`) + server('80', 'real.example')),
    ).toEqual(['declared ws://localhost:80/', 'declared ws://a.wild.example:80/', 'declared ws://real.example:80/']);
    expect(http(server('80', 'a.example') + server('80', 'a.example'))).toHaveLength(1);
    expect(http(server('127.0.0.1:8080', '_'))).toEqual(['declared ws://127.0.0.1:8080/']);
  });

  it('comes by TLS where a server has both', () => {
    const found = http(
      `server { listen 80; listen [::]:80; listen 443 ssl; location / { proxy_pass http://a; ${UP} } location /x { proxy_pass http://a; ${UP} } }`,
    );
    expect(found).toEqual([
      'declared wss://localhost:443/x',
      'declared wss://localhost:443/',
      'declared ws://localhost:80/x',
      'declared ws://localhost:80/',
    ]);
  });

  it('knows that one `ssl` makes a socket of several servers speak TLS', () => {
    const found = http(
      `server { listen 443 ssl; server_name a.example; } server { listen 443; server_name b.example; location / { proxy_pass http://a; } }`,
    );
    expect(found[0]).toBe('likely wss://b.example:443/');
  });

  it('takes an expression for everything as a location for every path', () => {
    expect(http('server { location ~ ^/(.*)$ { proxy_pass http://a; } }')).toEqual(['likely ws://localhost:80/']);
  });

  it('gives stream servers, by the names that they route', () => {
    expect(entries('stream { server { listen 9000; proxy_pass a:1; } server { listen 53 udp; proxy_pass a:53; } }')).toEqual([
      'likely ws://localhost:9000/',
    ]);
    const routed =
      'stream { map $ssl_preread_server_name $up { hostnames; a.example one:1; *.b.example two:2; default one:1; } server { listen 443; ssl_preread on; proxy_pass $up; } }';
    expect(entries(routed)).toEqual(['likely wss://a.example:443/', 'likely wss://a.b.example:443/']);
  });

  it('is bounded', () => {
    const locations = Array.from({ length: 400 }, (_, index) => `location /ws/${index} { proxy_pass http://a; }`).join('\n');
    expect(http(`server { ${locations} }`)).toHaveLength(12);
  });

  it('does not spend for ever on hostile expressions', () => {
    const hostile = Array.from({ length: 300 }, (_, index) => `location ~ (a+)+(a|aa)*${index}$ { proxy_pass http://a; }`).join('\n');
    expect(http(`server { location /${'a'.repeat(200)} { proxy_pass http://a; } ${hostile} }`).length).toBeLessThan(13);
  });
});
