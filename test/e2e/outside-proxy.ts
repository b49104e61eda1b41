import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port of loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export interface OutsideProxy extends AsyncDisposable {
  readonly port: number;
}

/** Starts a proxy as its owner would, not in a lab, and waits until it listens. `config` gets its port. */
export async function outsideProxy(program: 'haproxy' | 'nginx', folder: string, config: (port: number) => string): Promise<OutsideProxy> {
  const port = await freePort();
  const file = join(folder, `${program}-${String(port)}.conf`);
  writeFileSync(file, config(port));
  const args = program === 'haproxy' ? ['-db', '-f', file] : ['-p', folder, '-c', file, '-e', 'stderr'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${String(child.exitCode)}: ${said}`);
    await sleep(20);
  }
  return { port, [Symbol.asyncDispose]: () => ended(child) };
}

function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

export const haproxyTo =
  (origin: number, { bind = '', timeouts = '' }: { readonly bind?: string; readonly timeouts?: string } = {}) =>
  (port: number): string =>
    `defaults
  mode http
  timeout connect 2s
  timeout client 5s
  timeout server 5s
  ${timeouts}
frontend front
  bind 127.0.0.1:${String(port)} ${bind}
  default_backend origin
backend origin
  server origin 127.0.0.1:${String(origin)}
`;

/** Without the two lines nginx sends neither Upgrade nor Connection on (ngx_http_proxy_module, "WebSocket proxying"). */
export const nginxTo =
  (origin: number, upgrades: boolean) =>
  (port: number): string =>
    `daemon off;
worker_processes 1;
pid nginx-${String(port)}.pid;
events {}
http {
  access_log off;
  client_body_temp_path tmp-body; proxy_temp_path tmp-proxy; fastcgi_temp_path tmp-fastcgi; uwsgi_temp_path tmp-uwsgi; scgi_temp_path tmp-scgi;
  server {
    listen 127.0.0.1:${String(port)};
    location / {
      proxy_pass http://127.0.0.1:${String(origin)};
      proxy_http_version 1.1;
      ${upgrades ? 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;' : ''}
    }
  }
}
`;

export interface Certificate {
  /** Certificate and key in one file, as HAProxy reads them. */
  readonly bundle: string;
  /** What signed it. */
  readonly authority: string;
}

/** A certificate for `names` (`DNS:localhost`), signed by itself. */
export function selfSigned(folder: string, name: string, names: string): Certificate {
  const [cert, key, bundle] = [join(folder, `${name}.pem`), join(folder, `${name}.key`), join(folder, `${name}.bundle`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', [...args, ...subject], { stdio: 'ignore' });
  execFileSync('sh', ['-c', `cat '${cert}' '${key}' > '${bundle}'`]);
  return { bundle, authority: cert };
}
