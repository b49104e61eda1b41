import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { encodeClose, encodeFrame, OPCODE } from '../../harness/wire/frame.ts';
import { TCP_ACK, TCP_FIN, TCP_PSH, TCP_RST, TCP_SYN } from '../../harness/wire/tcp/tcp-segment.ts';
import { type BuiltPacket, pcapFile } from '../fixtures/capture-builder.ts';
import { ethernet, ethernetIpv4Tcp, ipv4, ipv6, tcp, type TcpSpec } from '../fixtures/packet-builder.ts';
import { PcapngBlocks, pcapngFile } from '../fixtures/pcapng-builder.ts';
import { HAS_SHARED_CAPTURES, SHARED_CAPTURES } from '../fixtures/read-packets.ts';
import { recordHttp2 } from '../unit/wire/content/http2/http2-traffic.ts';
import { type Piece, recut } from '../unit/wire/content/recorded-traffic.ts';
import { makeCertificate, recordTls } from '../unit/wire/content/tls/tls-traffic.ts';
import { recordsOf } from './capture-records.ts';

/** A capture that is valid, and small. */
export interface SeedCapture {
  readonly name: string;
  readonly bytes: Buffer;
}

const MASK = Buffer.from('37fa213d', 'hex');
const REQUEST =
  'GET /socket?token=1 HTTP/1.1\r\nHost: origin:9000\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n';
const ACCEPTED =
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';
const piece = (direction: 0 | 1, bytes: string | Buffer): Piece => ({ direction, bytes: Buffer.from(bytes as string) });
const frame = (direction: 0 | 1, opcode: number, payload: string): Piece =>
  piece(direction, encodeFrame({ opcode, payload: Buffer.from(payload), maskKey: direction === 0 ? MASK : null }));

const CONVERSATIONS: Readonly<Record<string, readonly Piece[]>> = {
  accepted: [
    piece(0, REQUEST),
    piece(1, ACCEPTED),
    frame(0, OPCODE.text, 'hello'),
    frame(1, OPCODE.text, 'hello'),
    frame(0, OPCODE.binary, 'x'.repeat(300)),
    frame(1, OPCODE.ping, ''),
    piece(1, encodeClose(1001, 'going away', null)),
    piece(0, encodeClose(1001, '', MASK)),
  ],
  refused: [piece(0, REQUEST), piece(1, 'HTTP/1.1 400 Bad Request\r\nContent-Length: 11\r\nConnection: close\r\n\r\nnot for you')],
  pages: [
    piece(0, 'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: t\r\n\r\n'),
    piece(1, 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n'),
    piece(0, 'GET /b HTTP/1.0\r\n\r\n'),
    piece(1, 'HTTP/1.0 200 OK\r\n\r\nuntil the end'),
  ],
  proxied: [piece(0, `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n${REQUEST}`), piece(1, ACCEPTED)],
  tunnel: [
    piece(0, 'CONNECT origin:443 HTTP/1.1\r\nHost: origin\r\n\r\n'),
    piece(1, 'HTTP/1.1 200 Connected\r\n\r\n'),
    piece(0, REQUEST),
    piece(1, ACCEPTED),
  ],
};

/** Options of a SYN: MSS, SACK permitted, timestamps, window scale. */
const SYN_OPTIONS = Buffer.from('020405b40402080a00000001000000000103030a', 'hex');
const TIMESTAMPS = Buffer.from('0101080a0000000100000002', 'hex');
const SACK = Buffer.from('0101050a000003e8000007d0', 'hex');

interface Link {
  readonly wrap?: (tcpBytes: Buffer, direction: 0 | 1) => Buffer;
  readonly port?: number;
}

const overEthernet = (bytes: Buffer, direction: 0 | 1): Buffer =>
  ethernet(ipv4(direction === 0 ? {} : { source: '10.0.0.2', destination: '10.0.0.1' }, bytes));
const overIpv6 = (bytes: Buffer, direction: 0 | 1): Buffer =>
  ethernet(ipv6(direction === 0 ? {} : { source: '2001:db8::2', destination: '2001:db8::1' }, bytes));
const overVlan = (bytes: Buffer, direction: 0 | 1): Buffer =>
  ethernet(Buffer.concat([Buffer.from('00640800', 'hex'), overEthernet(bytes, direction).subarray(14)]), 0x8100);
const overGre = (bytes: Buffer, direction: 0 | 1): Buffer =>
  ethernet(ipv4({ protocol: 47 }, Buffer.concat([Buffer.from('00006558', 'hex'), overEthernet(bytes, direction)])));

/** A whole connection with one segment a piece, a resend, a hole, a keep-alive and a closed window on the way. */
function packetsOf(pieces: readonly Piece[], { wrap = overEthernet, port = 51_000 }: Link = {}): readonly BuiltPacket[] {
  const next: [number, number] = [1000, 0xffffff00];
  const packets: BuiltPacket[] = [];
  const send = (direction: 0 | 1, flags: number, payload: Buffer, spec: TcpSpec = {}): void => {
    const ports = direction === 0 ? { sourcePort: port, destinationPort: 80 } : { sourcePort: 80, destinationPort: port };
    const ack = next[direction === 0 ? 1 : 0];
    packets.push({ bytes: wrap(tcp({ ...ports, seq: next[direction], ack, flags, payload, options: TIMESTAMPS, ...spec }), direction) });
    if (spec.seq === undefined) next[direction] = (next[direction] + payload.length + ((flags & (TCP_SYN | TCP_FIN)) === 0 ? 0 : 1)) >>> 0;
  };
  const none = Buffer.alloc(0);
  send(0, TCP_SYN, none, { ack: 0, options: SYN_OPTIONS });
  send(1, TCP_SYN | TCP_ACK, none, { options: SYN_OPTIONS });
  send(0, TCP_ACK, none);
  pieces.forEach(({ direction, bytes }, index) => {
    if (index === 3) next[direction] = (next[direction] + 10) >>> 0;
    send(direction, TCP_ACK | TCP_PSH, bytes);
    const again = (next[direction] - bytes.length) >>> 0;
    if (index % 3 === 1) send(direction, TCP_ACK, bytes, { seq: again });
    send(direction === 0 ? 1 : 0, TCP_ACK, none, index % 4 === 2 ? { window: 0, options: SACK } : {});
  });
  send(0, TCP_ACK, none, { seq: (next[0] - 1) >>> 0 });
  send(0, TCP_FIN | TCP_ACK, none);
  send(1, TCP_RST, none);
  return packets;
}

function fragments(): readonly BuiltPacket[] {
  const whole = tcp({ payload: Buffer.from(REQUEST) });
  return [
    { bytes: ethernet(ipv4({ moreFragments: true, ipId: 7 }, whole.subarray(0, 64))) },
    { bytes: ethernet(ipv4({ fragmentOffset: 64, ipId: 7 }, whole.subarray(64))) },
    { bytes: ethernetIpv4Tcp({ sourcePort: 80, destinationPort: 51_000, payload: Buffer.from(ACCEPTED) }) },
  ];
}

function builtSeeds(): readonly SeedCapture[] {
  const accepted = CONVERSATIONS['accepted'] ?? [];
  const two = [...packetsOf(accepted), ...packetsOf(CONVERSATIONS['refused'] ?? [], { port: 51_002 })];
  const blocks = new PcapngBlocks();
  const before = [blocks.statistics(0, [[5, blocks.int(8, 3)]]), blocks.simplePacket({ bytes: Buffer.alloc(60) })];
  return [
    ...Object.entries(CONVERSATIONS).map(([name, pieces]) => ({ name, bytes: pcapFile(packetsOf(pieces)) })),
    { name: 'two streams', bytes: pcapFile(two, { magic: 0xa1b23c4d }) },
    { name: 'big endian', bytes: pcapFile(two.slice(0, 20), { bigEndian: true }) },
    { name: 'modified', bytes: pcapFile(two.slice(0, 20), { magic: 0xa1b2cd34 }) },
    { name: 'cut packets', bytes: pcapFile(two.slice(0, 20), { snapLength: 90 }) },
    { name: 'IPv6', bytes: pcapFile(packetsOf(accepted, { wrap: overIpv6 })) },
    { name: 'VLAN', bytes: pcapFile(packetsOf(accepted, { wrap: overVlan })) },
    { name: 'GRE', bytes: pcapngFile(packetsOf(accepted, { wrap: overGre })) },
    { name: 'fragments', bytes: pcapFile(fragments()) },
    { name: 'pcapng', bytes: pcapngFile(two, { before }) },
    { name: 'big-endian pcapng', bytes: pcapngFile(two.slice(0, 20), { bigEndian: true }) },
  ];
}

/** TLS with its secrets in the file, and HTTP/2 with and without. */
async function encryptedSeeds(): Promise<readonly SeedCapture[]> {
  const certificate = makeCertificate();
  const says = [REQUEST, 'and more'];
  const tls13 = await recordTls({ certificate, says });
  const tls12 = await recordTls({ certificate, client: { maxVersion: 'TLSv1.2' }, says });
  const h2c = await recordHttp2({ plainRequests: 0, paths: ['/refused', '/chat'] });
  const h2 = await recordHttp2({ plainRequests: 0, paths: ['/refused'], tls: certificate });
  return [
    { name: 'TLS 1.3', ...tls13 },
    { name: 'TLS 1.2', ...tls12 },
    { name: 'HTTP/2', ...h2c },
    { name: 'HTTP/2 in TLS', ...h2 },
  ].map(({ name, pieces, keyLines }) => {
    const secrets = new PcapngBlocks().secrets(0x544c534b, Buffer.from(keyLines));
    return { name, bytes: pcapngFile(packetsOf(recut(pieces, () => 700)).slice(0, 24), { before: [secrets] }) };
  });
}

const RECORDED: Readonly<Record<string, number>> = {
  ...{
    'own/upgrades-client.pcap': 14,
    'own/zerowindow-client.pcap.gz': 14,
    'own/tailloss-client.pcap': 14,
    'own/blackout-client.pcap': 14,
  },
  ...{ 'own/keepalive-client.pcap': 14, 'own/syndrop-client.pcap': 14, 'own/abort-client.pcap': 14, 'own/needle-client.pcap.gz': 30 },
  ...{ 'own/router-any.pcap.gz': 20, 'derived/dups-sll2.pcap': 20, 'derived/dups-qinq.pcap': 20, 'derived/dups-be.pcapng': 20 },
  ...{ 'derived/dups-le-2pow20.pcapng': 20, 'public/zeek__nflog-http.pcap': 20, 'public/zeek__fragmented-http-reply.pcap': 20 },
  ...{ 'public/zeek__kerberos_tso.pcapng': 8, 'public/zeek__tcp-fast-open.pcap': 20 },
  ...{ 'public/suricata-verify__websocket-control-frag.pcap': 20 },
};

/** The first records of captures that others made; none where they are not kept. */
function recordedSeeds(): readonly SeedCapture[] {
  if (!HAS_SHARED_CAPTURES) return [];
  return Object.entries(RECORDED).flatMap(([name, count]) => {
    const plain = readOrNull(name) ?? readOrNull(name.replace(/\.gz$/, ''));
    if (plain === null) return [];
    const { head, records } = recordsOf(plain);
    return [{ name, bytes: Buffer.concat([head, ...records.slice(0, count)]).subarray(0, 12_000) }];
  });
}

function readOrNull(name: string): Buffer | null {
  try {
    const bytes = readFileSync(join(SHARED_CAPTURES, name));
    return name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  } catch {
    return null;
  }
}

export const plainSeeds = (): readonly SeedCapture[] => [...builtSeeds(), ...recordedSeeds()];
export const allSeeds = async (): Promise<readonly SeedCapture[]> => [...plainSeeds(), ...(await encryptedSeeds())];
