import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeProxy } from '../../containers/node-proxy/service.ts';
import type { ProxyLogEntry, ServicePlacement } from '../../harness/model/service.ts';
import { FIRST_FRAME, handshake, openStage, plainGet, type Stage } from './loopback-stage.ts';

const CONFIGS = join(import.meta.dirname, '../../containers/node-proxy/configs');

const placement = (config: string): ServicePlacement => ({
  configPath: join(CONFIGS, config),
  tlsBundlePath: '',
  tlsCertPath: '',
  tlsKeyPath: '',
  program: process.execPath,
  singleUser: false,
  versionOutput: process.version,
});

let stage: Stage;
beforeAll(async () => {
  stage = await openStage(CONFIGS);
});
afterAll(() => stage[Symbol.asyncDispose]());

async function withProxy(config: string, body: () => Promise<void>): Promise<void> {
  expect(await stage.start(config, nodeProxy.startArgv(placement(config)), 8080)).toBe(true);
  try {
    await body();
  } finally {
    await stage.stop(config, nodeProxy.stopSignal);
  }
}

/** The access entry of the only request or upgrade for this target, once it is written. */
async function accessEntry(config: string, target: string): Promise<ProxyLogEntry | null | undefined> {
  const isIt = (line: string): boolean => {
    const entry = nodeProxy.parseLog(line);
    return entry?.kind === 'access' && entry.target === target;
  };
  return (await stage.log(config, isIt)).filter(isIt).map((line) => nodeProxy.parseLog(line))[0];
}

const FAITHFUL = [
  ['http-proxy-ws.ts', 'http-proxy', '/socket'],
  ['http-proxy-3.ts', 'http-proxy-3', '/socket'],
  ['httpxy.ts', 'httpxy', '/socket'],
  ['prefix.ts', 'http-proxy', '/app/socket'],
] as const;

describe('Node proxies that relay WebSockets', () => {
  it.each(FAITHFUL)('%s says what it is, relays a handshake with a frame right behind it, and logs both', (config, packageName, target) =>
    withProxy(config, async () => {
      const { received, origin } = await stage.exchange({ send: handshake(target) + FIRST_FRAME, until: FIRST_FRAME });
      expect(received).toMatch(/^HTTP\/1\.1 101 /);
      expect(origin).toHaveLength(1);
      expect(origin[0]).toMatch(/^GET \/socket HTTP\/1\.1\r\n/);
      expect(origin[0]?.endsWith(`\r\n\r\n${FIRST_FRAME}`)).toBe(true);
      expect(await accessEntry(config, target)).toMatchObject({
        method: 'GET',
        status: 101,
        serverStatus: 101,
        server: '127.0.0.1:9000',
        reachedServer: true,
        endedBy: 'client',
        termination: null,
      });
      const [first = ''] = await stage.log(config);
      expect(JSON.parse(first)).toMatchObject({
        event: 'listening',
        package: packageName,
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        port: 8080,
      });
    }),
  );

  it.each(FAITHFUL)('%s relays an ordinary request without turning it into an upgrade', (config, _, target) =>
    withProxy(config, async () => {
      const { received, origin } = await stage.exchange({ send: plainGet(target), until: 'plain\n' });
      expect(received).toMatch(/^HTTP\/1\.1 200 /);
      expect(origin[0]).toMatch(/\r\nconnection: close\r\n/i);
      expect(await accessEntry(config, target)).toMatchObject({ status: 200, serverStatus: 200, endedBy: null });
    }),
  );

  it.each(FAITHFUL)('%s answers 502 when the origin resets, and goes on', (config, _, target) =>
    withProxy(config, async () => {
      const resetting = target.replace('/socket', '/reset');
      const { received } = await stage.exchange({ send: handshake(resetting), until: '\r\n\r\n' });
      expect(received).toMatch(/^HTTP\/1\.1 502 /);
      expect(await accessEntry(config, resetting)).toMatchObject({
        status: 502,
        serverStatus: null,
        reachedServer: true,
        termination: 'ECONNRESET',
        endedBy: 'server',
      });
      expect((await stage.exchange({ send: handshake(target), until: '\r\n\r\n' })).received).toMatch(/^HTTP\/1\.1 101 /);
    }),
  );

  it.each(FAITHFUL)('%s survives a client that resets before there is an answer', (config, _, target) =>
    withProxy(config, async () => {
      const stalling = target.replace('/socket', '/stall');
      await stage.exchange({ send: handshake(stalling), limitMs: 200, abort: true });
      expect(await accessEntry(config, stalling)).toMatchObject({ status: null, endedBy: 'client', termination: 'ECONNRESET' });
      expect((await stage.exchange({ send: handshake(target), until: '\r\n\r\n' })).received).toMatch(/^HTTP\/1\.1 101 /);
    }),
  );
});

describe('Node proxies with a fault', () => {
  it('httpxy-old-order.ts upgrades and loses the frame right behind the handshake', () =>
    withProxy('httpxy-old-order.ts', async () => {
      const { received, origin } = await stage.exchange({ send: handshake('/socket') + FIRST_FRAME, limitMs: 500 });
      expect(received).toMatch(/^HTTP\/1\.1 101 /);
      expect(received.endsWith('\r\n\r\n')).toBe(true);
      expect(origin[0]?.endsWith('\r\n\r\n')).toBe(true);
    }));

  it('http-proxy-no-upgrade.ts brings the handshake to the origin and never answers the client', () =>
    withProxy('http-proxy-no-upgrade.ts', async () => {
      const { received, ended, origin } = await stage.exchange({ send: handshake('/socket'), limitMs: 800 });
      expect([received, ended]).toEqual(['', 'open']);
      expect(origin).toHaveLength(1);
      expect(origin[0]).toMatch(/\r\nconnection: Upgrade\r\nupgrade: websocket\r\n/i);
      expect(await accessEntry('http-proxy-no-upgrade.ts', '/socket')).toMatchObject({
        status: null,
        serverStatus: null,
        reachedServer: true,
        endedBy: 'client',
        terminationMeaning: 'the client closed the connection before it had any answer',
      });
      const plain = await stage.exchange({ send: plainGet('/page'), until: 'plain\n' });
      expect(plain.received).toMatch(/^HTTP\/1\.1 200 /);
    }));

  it('prefix.ts answers 404 itself outside its prefix', () =>
    withProxy('prefix.ts', async () => {
      for (const target of ['/socket', '/application']) {
        const { received, origin } = await stage.exchange({ send: handshake(target), until: '\r\n\r\n' });
        expect(received).toMatch(/^HTTP\/1\.1 404 /);
        expect(origin).toEqual([]);
        expect(await accessEntry('prefix.ts', target)).toMatchObject({ status: 404, reachedServer: false, endedBy: 'proxy' });
      }
    }));
});
