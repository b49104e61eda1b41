import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunRecord } from '../../harness/model/record.ts';
import { echoOrigin } from '../unit/fleet/echo-origin.ts';
import { emptyFolder, type Ended, HOPSCOPE, hopscope, plainEnvironment } from './hopscope-process.ts';
import { freePort, haproxyTo, nginxTo, type OutsideProxy, outsideProxy, selfSigned } from './outside-proxy.ts';

const cwd = emptyFolder();
const started: AsyncDisposable[] = [];
let origin: Awaited<ReturnType<typeof echoOrigin>>;

beforeAll(async () => {
  origin = await echoOrigin();
  started.push(origin);
});
afterAll(async () => {
  for (const one of started.toReversed()) await one[Symbol.asyncDispose]();
});

async function proxy(...given: Parameters<typeof outsideProxy>): Promise<OutsideProxy> {
  const one = await outsideProxy(...given);
  started.push(one);
  return one;
}

interface Checked extends Ended {
  readonly record: RunRecord;
}

async function check(url: string, flags: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Promise<Checked> {
  const ended = await hopscope(['check', '--url', url, '--json', ...flags], { cwd, environment });
  return { ...ended, record: (ended.stdout === '' ? {} : JSON.parse(ended.stdout)) as RunRecord };
}

const failures = ({ record }: Checked): readonly string[] =>
  record.findings.flatMap(({ outcome, summary }) => (outcome === 'pass' ? [] : [summary]));

/** `what: seen` of everything that was seen. */
const rows = ({ record }: Checked): readonly string[] =>
  record.findings.flatMap(({ details }) =>
    details.flatMap((detail) => (detail.kind === 'table' ? detail.rows.map(([what = '', seen = '']) => `${what}: ${seen}`) : [])),
  );

describe('a check of a running proxy', () => {
  it('passes HAProxy in front of an origin that echoes, and tells what it saw', async () => {
    const { port } = await proxy('haproxy', cwd, haproxyTo(origin.port));
    const checked = await check(`ws://127.0.0.1:${String(port)}/socket`, ['--origin-echo', '--hold', '1']);
    expect({ code: checked.code, stderr: checked.stderr, failures: failures(checked) }).toEqual({ code: 0, stderr: '', failures: [] });
    expect(checked.record.lab.kind).toBe('none');
    expect(checked.record.findings.map(({ auditId }) => auditId)).toEqual(['unopened-entry']);
    const seen = rows(checked).join('\n');
    expect(seen).toContain('refuses: a handshake of version 12: answered 426 Upgrade Required, names 13');
    expect(seen).toContain('echo: a binary message of 1048576 bytes: whole and unchanged');
    expect(seen).toMatch(/ping: answered with its payload after [\d.]+ ms/);
    expect(seen).toMatch(/close: answered with Close 1000, then FIN/);
    expect(seen).toMatch(/round trip: p50 [\d.]+ ms, max [\d.]+ ms of 20/);
    expect(seen).toContain('idle: without a word: lived for 1000 ms, and answered then');
  });

  it('says that nginx without its two lines does not open, with the hint of its answer and no blame', async () => {
    const { port } = await proxy('nginx', cwd, nginxTo(origin.port, false));
    const checked = await check(`ws://127.0.0.1:${String(port)}/socket`);
    expect(checked.code).toBe(1);
    expect(failures(checked).join()).toMatch(/does not open: .*answered 4\d\d/);
    const [finding] = checked.record.findings;
    expect(finding?.blame).toMatchObject({ host: 'unknown', confidence: 'unknown', because: expect.stringContaining('Server: nginx/1.') });
    expect(finding?.blame?.because).toContain('hopscope analyze');
    expect(finding?.reproduce).toBe(`npx hopscope check --url ws://127.0.0.1:${String(port)}/socket`);
  });

  it('sends no message without --origin-echo, and passes nginx that upgrades', async () => {
    const { port } = await proxy('nginx', cwd, nginxTo(origin.port, true));
    const checked = await check(`ws://127.0.0.1:${String(port)}/socket`, ['--hold', '0.3', '--out', 'silent']);
    expect({ code: checked.code, failures: failures(checked) }).toEqual({ code: 0, failures: [] });
    expect(rows(checked)).toContain('echo: no message was sent (--origin-echo says that the origin echoes them)');
    const plays = readFileSync(join(cwd, 'silent/evidence/plays.ndjson'), 'utf8').trim().split('\n');
    expect(plays.map((line) => (JSON.parse(line) as { readonly caseId: string }).caseId)).toEqual(['ping', 'close']);
  });

  it('says after how long an idle socket was cut, and that Pings keep it', async () => {
    const { port } = await proxy('haproxy', cwd, haproxyTo(origin.port, { timeouts: 'timeout tunnel 2s' }));
    const checked = await check(`ws://127.0.0.1:${String(port)}/socket`, ['--hold', '2.4']);
    expect(checked.code).toBe(1);
    expect(failures(checked)).toHaveLength(1);
    expect(failures(checked)[0]).toMatch(/does not keep an idle socket: without a word: cut after [\d.]+ m?s \(FIN\)$/);
    expect(rows(checked)).toContain('idle: with a Ping every 800 ms: lived for 2400 ms, and answered then');
  });
});

describe('a check over TLS', () => {
  it('holds the certificate to what the machine trusts, unless told not to', async () => {
    const right = selfSigned(cwd, 'right', 'DNS:localhost,IP:127.0.0.1');
    const wrong = selfSigned(cwd, 'wrong', 'DNS:elsewhere.example');
    const [one, other] = await Promise.all([
      proxy('haproxy', cwd, haproxyTo(origin.port, { bind: `ssl crt ${right.bundle}` })),
      proxy('haproxy', cwd, haproxyTo(origin.port, { bind: `ssl crt ${wrong.bundle}` })),
    ]);
    const trusting = { NODE_EXTRA_CA_CERTS: right.authority };
    const [trusted, byAddress, unknown, insecure, misnamed] = await Promise.all([
      check(`wss://localhost:${String(one.port)}/socket`, ['--origin-echo'], trusting),
      check(`wss://127.0.0.1:${String(one.port)}/socket`, [], trusting),
      check(`wss://localhost:${String(one.port)}/socket`),
      check(`wss://localhost:${String(one.port)}/socket`, ['--insecure']),
      check(`wss://localhost:${String(other.port)}/socket`, [], { NODE_EXTRA_CA_CERTS: wrong.authority }),
    ]);
    for (const passed of [trusted, byAddress, insecure])
      expect({ code: passed.code, failures: failures(passed) }).toEqual({ code: 0, failures: [] });
    expect(rows(trusted).join('\n')).toMatch(/phases: TCP [\d.]+ ms, TLS [\d.]+ ms, answer [\d.]+ ms/);
    expect(failures(unknown).join()).toContain('its certificate is signed by itself (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(unknown.record.findings[0]?.blame?.because).toContain('--insecure');
    expect(insecure.record.notMeasured.join()).toContain('the certificate was not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(failures(misnamed).join()).toContain('its certificate is for other names');
    // Nothing but the first handshake is tried of an entry that is not who it should be.
    expect(misnamed.record.findings[0]?.cases).toEqual(['entry-browser']);
  });
});

/** Every text of a folder and those in it. */
function textsIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

it('writes and prints no value of the query, not even in bytes', async () => {
  const { port } = await proxy('haproxy', cwd, haproxyTo(origin.port));
  const url = `ws://127.0.0.1:${String(port)}/socket?token=s3cretvalue`;
  const { code, stdout, stderr } = await hopscope(['check', '--url', url, '--out', 'secret'], { cwd });
  expect(code).toBe(0);
  const texts = `${stdout}${stderr}${textsIn(join(cwd, 'secret'))}`;
  const encoded = texts.replaceAll(/[A-Za-z0-9+/]{16,}={0,2}/g, (base64) => Buffer.from(base64, 'base64').toString('latin1'));
  expect(texts).toContain('/socket?token=...');
  expect(`${texts}${encoded}`).not.toContain('s3cretvalue');
});

it('tries a port that refuses once, and says so', async () => {
  const checked = await check(`ws://127.0.0.1:${String(await freePort())}/socket`, ['--hold', '60']);
  expect(checked.code).toBe(1);
  expect(failures(checked).join()).toContain('nothing listens there, or something refuses the connection (RST) (ECONNREFUSED)');
});

it('reports what there is when it is interrupted', async () => {
  const { port } = await proxy('haproxy', cwd, haproxyTo(origin.port));
  const [program, ...before] = HOPSCOPE;
  const args = [...before, 'check', '--url', `ws://127.0.0.1:${String(port)}/socket`, '--hold', '600', '--out', 'stopped', '--json'];
  const child = spawn(program, args, { cwd, env: plainEnvironment(), stdio: ['ignore', 'pipe', 'ignore'] });
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const plays = join(cwd, 'stopped/evidence/plays.ndjson');
  while (!existsSync(plays) || readFileSync(plays, 'utf8').split('\n').length < 3) await sleep(50);
  child.kill('SIGINT');
  await once(child, 'close');
  expect(child.exitCode).toBe(130);
  const record = JSON.parse(told) as RunRecord;
  expect(record.run.interrupted).toBe(true);
  expect(record.verdict).not.toBe('pass');
  expect(record.findings.flatMap(({ details }) => details)).not.toEqual([]);
});
