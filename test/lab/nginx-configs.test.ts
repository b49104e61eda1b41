import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nginx } from '../../containers/nginx/service.ts';
import type { ProxyLogEntry, ServicePlacement } from '../../harness/model/service.ts';
import { FIRST_FRAME, handshake, openStage, plainGet, type Stage } from './loopback-stage.ts';

const CONFIGS = join(import.meta.dirname, '../../containers/nginx/configs');
const PROGRAM = '/usr/sbin/nginx';
const names = readdirSync(CONFIGS);

const configText = (name: string): string => readFileSync(join(CONFIGS, name), 'utf8');

/** Puts a config beside ours, inside the stage only. */
const writeConfig = (stage: Stage, name: string, text: string): Promise<unknown> =>
  stage.run(['sh', '-c', 'printf %s "$2" > "/etc/hopscope/$1"', 'write', name, text]);

async function placement(stage: Stage, config: string, text: string, singleUser = false): Promise<ServicePlacement> {
  const printed = await stage.run(nginx.versionArgv(PROGRAM));
  const tls = '/etc/hopscope/tls';
  return {
    configPath: `/etc/hopscope/${config}`,
    tlsBundlePath: `${tls}/bundle.pem`,
    tlsCertPath: `${tls}/cert.pem`,
    tlsKeyPath: `${tls}/key.pem`,
    program: PROGRAM,
    singleUser,
    versionOutput: `${printed.stdout}${printed.stderr}`,
    configText: text,
  };
}

const entries = (lines: readonly string[]): readonly ProxyLogEntry[] =>
  lines.map((line) => nginx.parseLog(line)).filter((entry) => entry !== null);

/** The first access entry for a target, once it is written. */
async function accessEntry(stage: Stage, name: string, target: string | null): Promise<ProxyLogEntry | undefined> {
  const isIt = (entry: ProxyLogEntry): boolean => entry.kind === 'access' && entry.target === target;
  return entries(await stage.log(name, (line) => entries([line]).some(isIt))).find(isIt);
}

describe.each([false, true])('nginx where uid 0 is the only user (%s)', (singleUser) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(CONFIGS, { singleUser });
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  it.each(names)('accepts %s', async (name) => {
    const at = await placement(stage, name, configText(name), singleUser);
    expect(await stage.run(nginx.checkArgv(at) ?? [])).toMatchObject({ code: 0 });
  });

  it('names the line of a config that it refuses', async () => {
    const broken = 'events {}\nhttp {\n  server { listen 8080; proxy_pas http://origin:9000; }\n}\n';
    await writeConfig(stage, 'broken.conf', broken);
    const result = await stage.run(nginx.checkArgv(await placement(stage, 'broken.conf', broken, singleUser)) ?? []);
    expect(result.code).not.toBe(0);
    expect(nginx.parseRejection(result)).toEqual({
      line: 3,
      column: null,
      message: 'unknown directive "proxy_pas"',
      file: '/etc/hopscope/broken.conf',
    });
  });

  it('relays a handshake and stops at once', async () => {
    expect(
      await stage.start(
        'once',
        nginx.startArgv(await placement(stage, 'upgrade-map.conf', configText('upgrade-map.conf'), singleUser)),
        8080,
      ),
    ).toBe(true);
    const { received } = await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n' });
    expect(received).toMatch(/^HTTP\/1\.1 101 /);
    expect(await stage.stop('once', nginx.stopSignal)).toBe(true);
  });
});

describe('what reaches the origin through nginx', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage(CONFIGS);
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  async function withNginx(config: string, body: () => Promise<void>, port = 8080, text = configText(config)): Promise<void> {
    const at = await placement(stage, config, text);
    expect(nginx.parseVersion(at.versionOutput)).toMatch(/^\d+\.\d+\.\d+$/);
    expect(await stage.start(config, nginx.startArgv(at), port)).toBe(true);
    try {
      await body();
    } finally {
      await stage.stop(config, nginx.stopSignal);
    }
  }

  it.each(['upgrade-map.conf', 'short-read-timeout.conf', 'stream.conf', 'hardcoded-upgrade.conf'])(
    '%s relays a handshake with a frame right behind it',
    (config) =>
      withNginx(config, async () => {
        const { received, origin } = await stage.exchange({ send: handshake('/socket') + FIRST_FRAME, until: FIRST_FRAME });
        expect(received).toMatch(/^HTTP\/1\.1 101 /);
        expect(origin).toHaveLength(1);
        expect(origin[0]).toMatch(/^GET \/socket HTTP\/1\.1\r\n/);
        expect(origin[0]?.endsWith(`\r\n\r\n${FIRST_FRAME}`)).toBe(true);
        const entry = await accessEntry(stage, config, config === 'stream.conf' ? null : '/socket');
        expect(entry).toMatchObject({
          server: '127.0.0.1:9000',
          reachedServer: true,
          status: config === 'stream.conf' ? null : 101,
          termination: null,
        });
        expect(Math.abs((entry?.atMs ?? 0) - Date.now())).toBeLessThan(60_000);
      }),
  );

  it('tls.conf ends TLS and relays a handshake', () =>
    withNginx(
      'tls.conf',
      async () => {
        const { received, origin } = await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n', port: 8443, tls: true });
        expect(received).toMatch(/^HTTP\/1\.1 101 /);
        expect(origin[0]).toMatch(/\r\nX-Forwarded-Proto: https\r\n/);
      },
      8443,
    ));

  it('bare.conf takes the upgrade out of the handshake', () =>
    withNginx('bare.conf', async () => {
      const { received, origin } = await stage.exchange({ send: handshake('/socket'), until: 'plain\n' });
      expect(received).toMatch(/^HTTP\/1\.1 200 /);
      expect(origin[0]).not.toMatch(/^upgrade:/im);
      expect(origin[0]).toMatch(/\r\nConnection: close\r\n/);
      expect(await accessEntry(stage, 'bare.conf', '/socket')).toMatchObject({
        status: 200,
        serverStatus: 200,
        method: 'GET',
        reachedServer: true,
      });
    }));

  it('http10.conf sends the handshake as HTTP/1.0, which the origin refuses', () =>
    withNginx('http10.conf', async () => {
      const { received, origin } = await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n' });
      expect(received).toMatch(/^HTTP\/1\.1 426 /);
      expect(origin[0]).toMatch(/^GET \/socket HTTP\/1\.0\r\nUpgrade: websocket\r\nConnection: upgrade\r\n/);
      expect(await accessEntry(stage, 'http10.conf', '/socket')).toMatchObject({ status: 426, serverStatus: 426, termination: null });
    }));

  it('hardcoded-upgrade.conf sends an ordinary request on with `Connection: upgrade`', () =>
    withNginx('hardcoded-upgrade.conf', async () => {
      const { origin } = await stage.exchange({ send: plainGet('/page'), until: 'plain\n' });
      expect(origin[0]).toMatch(/\r\nConnection: upgrade\r\n/);
      expect(origin[0]).not.toMatch(/^upgrade:/im);
    }));

  it('upgrade-map.conf leaves an ordinary request ordinary', () =>
    withNginx('upgrade-map.conf', async () => {
      const { origin } = await stage.exchange({ send: plainGet('/page'), until: 'plain\n' });
      expect(origin[0]).toMatch(/^GET \/page HTTP\/1\.1\r\nConnection: close\r\n/);
    }));

  it('wrong-location.conf upgrades below /ws/ and nowhere else', () =>
    withNginx('wrong-location.conf', async () => {
      const inside = await stage.exchange({ send: handshake('/ws/socket'), until: '\r\n\r\n' });
      const outside = await stage.exchange({ send: handshake('/socket'), until: '\r\n\r\n' });
      expect([inside.received, outside.received].map((text) => text.slice(9, 12))).toEqual(['101', '200']);
      expect(await accessEntry(stage, 'wrong-location.conf', '/socket')).toMatchObject({ status: 200 });
    }));

  it('short-read-timeout.conf cuts an idle tunnel with a FIN and says so at level info', () =>
    withNginx('short-read-timeout.conf', async () => {
      const { ended, elapsedMs } = await stage.exchange({ send: handshake('/socket'), limitMs: 10_000 });
      expect(ended).toBe('fin');
      expect(elapsedMs).toBeGreaterThan(1900);
      const entry = await accessEntry(stage, 'short-read-timeout.conf', '/socket');
      expect(entry).toMatchObject({ status: 101, endedBy: null });
      expect(entry?.durationMs).toBeGreaterThan(1900);
      const lines = entries(await stage.log('short-read-timeout.conf'));
      expect(lines.find(({ endedBy }) => endedBy === 'timeout')).toMatchObject({
        kind: 'error',
        target: '/socket',
        terminationMeaning: 'nginx cut a tunnel that had been idle for proxy_read_timeout',
      });
    }));

  it('lets an idle tunnel outlive proxy_send_timeout, which is therefore no idle limit', async () => {
    const text = configText('upgrade-map.conf').replace('proxy_read_timeout 120s', 'proxy_send_timeout 1s');
    await writeConfig(stage, 'send-timeout.conf', text);
    await withNginx(
      'send-timeout.conf',
      async () => {
        const { ended } = await stage.exchange({ send: handshake('/socket'), limitMs: 2500 });
        expect(ended).toBe('open');
      },
      8080,
      text,
    );
  });
});
