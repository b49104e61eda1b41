import { readdirSync, readFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, emptyFolder, hopscope } from './hopscope-process.ts';

const cwd = emptyFolder();
const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(cwd, name)), { recursive: true });
  writeFileSync(join(cwd, name), text);
};

const haproxy = (global: string, more = ''): string =>
  `global\n  ${global}\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 5s\n  timeout server 5s\n${more}frontend f\n  bind :8080\n  default_backend b\nbackend b\n  server s app:3000\n`;
const nginx = (line: string): string =>
  `events {}\nhttp {\n  ${line}\n  server {\n    listen 80;\n    location / { proxy_pass http://app; }\n  }\n}\n`;

/** Runs nothing but what is needed to see whether the config stands. */
const check = (...args: readonly string[]): Promise<Ended> =>
  hopscope(['check', ...args, '--out', `out-${args.join('-').replaceAll(/\W+/g, '-')}`, '--no-limits', '--scenario', 'entry'], { cwd });

/** What every refusal has in common: exit code 2, one code, the place, something to do, no stack trace, and nothing of this machine. */
function expectRefusal({ code, stderr }: Ended, errorCode: string, place: string): void {
  expect(stderr).toMatch(new RegExp(`^error ${errorCode}: `, 'm'));
  expect(stderr).toContain(`\n  at ${place}\n`);
  expect(stderr).toContain('\nwhat to do: ');
  expect(stderr).not.toMatch(/^ {4}at |defect/m);
  expect(code).toBe(2);
}

const processesWith = (word: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });

describe('a config that its program refuses', () => {
  let looping: Promise<Ended>;
  beforeAll(() => {
    write('spin/proxy.cjs', "const server = require('http').createServer();\nif (Date.now() < 0) server.listen(8080);\nfor (;;) {}\n");
    // It takes its 15 s beside the others.
    looping = check('spin/proxy.cjs');
  });

  it('is said in its own words at the line', async () => {
    write('haproxy.cfg', haproxy('maxconn 100', '  tiemout queue 5s\n'));
    const ended = await check('haproxy.cfg');
    expectRefusal(ended, 'CONFIG_ERR_REJECTED', 'haproxy.cfg:8');
    expect(ended.stderr).toContain("'tiemout'");
  });

  it('is said at the line of the included file, as the user has it', async () => {
    write('inc/nginx/nginx.conf', nginx('include more.inc;'));
    write('inc/nginx/more.inc', 'client_max_body_size 1m;\nproxy_paas http://app;\n');
    const ended = await check('inc/nginx/nginx.conf');
    expectRefusal(ended, 'CONFIG_ERR_REJECTED', 'inc/nginx/more.inc:2');
    expect(ended.stderr).toContain('unknown directive "proxy_paas"');
  });

  it('names the version that would take it, where none of them is here', async () => {
    write('newer/nginx.conf', nginx('early_hints on;'));
    const ended = await check('newer/nginx.conf');
    expectRefusal(ended, 'CONFIG_ERR_REJECTED', 'newer/nginx.conf:3');
    expect(ended.stderr).toContain('`early_hints` is a directive since nginx 1.29.0 (nginx, CHANGES), and no such version is here');
  });

  it('loads no module of this machine', async () => {
    write('x.so', 'not a library');
    write('load/nginx.conf', `load_module ${cwd}/x.so;\n${nginx('')}`);
    const ended = await check('load/nginx.conf');
    expectRefusal(ended, 'CONFIG_ERR_REJECTED', 'load/nginx.conf:1');
    expect(ended.stderr).toContain('No such file or directory');
  });

  it('is a script that ends, with its exit code', async () => {
    write('exit/proxy.cjs', "require('http').createServer().listen(8080);\nprocess.exit(3);\n");
    const ended = await check('exit/proxy.cjs');
    expectRefusal(ended, 'CONFIG_ERR_REJECTED', 'exit/proxy.cjs');
    expect(ended.stderr).toContain('exit code 3');
  });

  it('is a script that loops, and ends in time', async () => {
    const ended = await looping;
    expectRefusal(ended, 'CONFIG_ERR_REJECTED', 'spin/proxy.cjs');
    expect(ended.stderr).toContain('does not listen on port 8080 after 15000 ms');
    expect(processesWith('/srv/app/proxy.cjs')).toEqual([]);
  });
});

describe('a config that reaches for what is not its own', () => {
  /** Words of this machine's /etc/shadow that stand nowhere else. */
  const secrets = (): readonly string[] =>
    readFileSync('/etc/shadow', 'utf8')
      .split('\n')
      .slice(0, 3)
      .filter((line) => line !== '');
  const everything = (folder: string): string =>
    readdirSync(join(cwd, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  it('gets an empty file of its world for each of this machine, and says so', async () => {
    write('shadow/nginx.conf', nginx('include /etc/shadow;'));
    const ended = await check('shadow/nginx.conf');
    expect(ended.stdout).toMatch(/include \/etc\/shadow \(\S*nginx\.conf:3\): empty: the include is not among the given files/);
    const all = `${ended.stdout}${ended.stderr}${everything('out-shadow-nginx-conf')}`;
    for (const secret of secrets()) expect(all).not.toContain(secret);
  });

  it('is refused in words that show nothing of it', async () => {
    write('import/Caddyfile', ':8080 {\n\timport /etc/shadow\n\treverse_proxy app:3000\n}\n');
    const ended = await check('import/Caddyfile');
    expectRefusal(ended, 'CONFIG_ERR_REJECTED', 'import/Caddyfile:2');
    for (const secret of secrets()) expect(ended.stderr).not.toContain(secret);
  });

  it('runs its programs in its room, and they end with it', async () => {
    const many = 'for i in $(seq 50); do sleep 471147 & done; echo "$(cat /etc/shadow 2>/dev/null | wc -c) seen, 50 begun" >&2; wait';
    write('forks/haproxy.cfg', haproxy('log stdout format raw local0', `program many\n  command /bin/sh -c '${many}'\n`));
    const ended = await check('forks/haproxy.cfg');
    expect(ended.code).toBe(0);
    expect(everything('out-forks-haproxy-cfg/hosts')).toContain('0 seen, 50 begun');
    await expect.poll(() => processesWith('471147')).toEqual([]);
  });

  it('is a script that sees neither folders nor passwords of this machine', async () => {
    const look = `for (const path of ['/root', '/etc/shadow', '/home', '${cwd}']) try { console.log('SEEN', path, fs.statSync(path).isFile() ? fs.readFileSync(path, 'utf8') : fs.readdirSync(path).length); } catch (error) { console.log('SEEN', path, error.code); }`;
    write(
      'look/proxy.cjs',
      `const fs = require('fs');\n${look}\nrequire('http').createServer((_, answer) => answer.end()).listen(8080);\n`,
    );
    await check('look/proxy.cjs');
    expect(
      everything('out-look-proxy-cjs/hosts')
        .match(/SEEN .*/g)
        ?.slice(0, 4),
    ).toEqual(['SEEN /root 0', 'SEEN /etc/shadow ENOENT', 'SEEN /home 0', `SEEN ${cwd} ENOENT`]);
  });
});
