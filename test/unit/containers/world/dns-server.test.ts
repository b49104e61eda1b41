import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { serveDns } from '../../../../containers/world/dns-server.ts';
import { DnsZone } from '../../../../containers/world/dns-zone.ts';
import { question } from './dns-question.ts';

const resolver = new Resolver({ timeout: 2000, tries: 2 });
let port: number;
beforeAll(async () => {
  port = await serveDns(0, new DnsZone({ backend: '198.18.0.1', 'Chat.Example.com': '198.18.0.9' }));
  resolver.setServers([`127.0.0.1:${port}`]);
});

describe('serveDns', () => {
  it.each([
    ['backend', '198.18.0.1'],
    ['BACKEND', '198.18.0.1'],
    ['backend.svc.cluster.local', '198.18.0.1'],
    ['chat.example.com', '198.18.0.9'],
  ])('gives %s its address', async (name, address) => {
    expect(await resolver.resolve4(name, { ttl: true })).toEqual([{ address, ttl: 5 }]);
  });

  it('gives a name that nobody told it of the next free address, and the same again', async () => {
    const [first] = await resolver.resolve4('unheard.of');
    const [second] = await resolver.resolve4('unheard-too.of');
    expect([first, second, ...(await resolver.resolve4('Unheard.of'))]).toEqual(['198.18.0.2', '198.18.0.3', '198.18.0.2']);
  });

  it('knows no IPv6, no text and no reverse, and does not deny the name', async () => {
    for (const type of ['AAAA', 'TXT', 'MX'] as const)
      await expect(resolver.resolve('backend', type)).rejects.toMatchObject({ code: 'ENODATA' });
    await expect(resolver.resolve('1.0.18.198.in-addr.arpa', 'PTR')).rejects.toMatchObject({ code: 'ENODATA' });
  });

  it('leads a service to several targets on port 80, whose addresses it knows', async () => {
    const targets = await resolver.resolveSrv('_http._tcp.backend');
    expect(targets.map(({ name, port }) => `${name}:${port}`).toSorted()).toEqual(['1.backend:80', '2.backend:80', '3.backend:80']);
    expect(await resolver.resolve4('1.backend')).toEqual([expect.stringMatching(/^198\.18\./)]);
  });

  it('answers several questions on one TCP connection, however they are cut', async () => {
    const asked = question('backend');
    const framed = Buffer.concat([Buffer.from([0, asked.length]), asked]);
    const socket = connect(port, '127.0.0.1');
    const both = Buffer.concat([framed, framed]);
    socket.write(both.subarray(0, 5));
    await once(socket, 'connect');
    socket.write(both.subarray(5));
    let got = Buffer.alloc(0);
    while (got.length < 2 * (framed.length + 16)) got = Buffer.concat([got, ...((await once(socket, 'data')) as Buffer[])]);
    socket.destroy();
    expect(got.length).toBe(2 * (framed.length + 16));
    expect(got.subarray(-4)).toEqual(Buffer.from([198, 18, 0, 1]));
  });

  it.each(['127.0.0.1', '127.0.0.53'])('answers from the address that was asked, or from loopback: %s', async (address) => {
    const socket = createSocket('udp4');
    socket.send(question('backend'), port, address);
    const [answer, peer] = (await once(socket, 'message')) as [Buffer, { readonly port: number }];
    socket.close();
    expect(answer.subarray(-4)).toEqual(Buffer.from([198, 18, 0, 1]));
    expect(peer.port).toBe(port);
  });
});

describe('DnsZone', () => {
  it('never runs out of addresses', () => {
    const zone = new DnsZone({ known: '198.18.0.2' });
    const seen = new Set<string>();
    for (let index = 0; index < 131_100; index++) seen.add(zone.addressOf(`n${index}`));
    expect(seen.size).toBe(131_069);
    expect(seen.has('198.18.0.2')).toBe(false);
    expect([zone.addressOf('n0'), zone.addressOf('one-more')]).toEqual(['198.18.0.1', '198.19.255.254']);
  });
});
