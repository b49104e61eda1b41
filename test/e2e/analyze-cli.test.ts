import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { TCP_ACK, TCP_SYN } from '../../harness/wire/tcp/tcp-segment.ts';
import { type BuiltPacket, pcapFile } from '../fixtures/capture-builder.ts';
import { ethernetIpv4Tcp } from '../fixtures/packet-builder.ts';
import { emptyFolder, hopscope, HOPSCOPE } from './hopscope-process.ts';
import { startHopscope } from './run-cli.ts';

const cwd = emptyFolder();
const SERVER = { sourcePort: 80, destinationPort: 51_000, ip: { source: '10.0.0.2', destination: '10.0.0.1' } };
const HEAD =
  'GET /chat HTTP/1.1\r\nHost: chat.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const REQUEST = Buffer.from(`${HEAD}Sec-WebSocket-Version: 13\r\nCookie: id=secret-value\r\n\r\n`);
const REFUSAL = Buffer.from('HTTP/1.1 403 \u001b[31mForbidden\r\nContent-Length: 0\r\n\r\n'.replace('\u001b', ''));

/** A refused handshake, one millisecond a packet. */
const TALK: readonly BuiltPacket[] = [
  ethernetIpv4Tcp({ seq: 100, flags: TCP_SYN }),
  ethernetIpv4Tcp({ ...SERVER, seq: 500, ack: 101, flags: TCP_SYN | TCP_ACK }),
  ethernetIpv4Tcp({ seq: 101, ack: 501, flags: TCP_ACK, payload: REQUEST }),
  ethernetIpv4Tcp({ ...SERVER, seq: 501, ack: 101 + REQUEST.length, flags: TCP_ACK, payload: REFUSAL }),
].map((bytes, index) => ({ bytes, timeNs: index * 1e6 }));

const REFUSED = pcapFile(TALK);
const file = (name: string, bytes: Buffer | string): string => {
  writeFileSync(join(cwd, name), bytes);
  return name;
};
const analyze = (...args: readonly string[]) => hopscope(['analyze', ...args], { cwd });

describe('hopscope analyze', () => {
  it('answers from a file, a compressed file and standard input alike', async () => {
    const plain = await analyze('--quiet', file('refused.pcap', REFUSED));
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toContain('answered 403');
    expect((await analyze('--quiet', file('refused.pcap.gz', gzipSync(REFUSED)))).stdout).toBe(plain.stdout);
    const [program, ...before] = HOPSCOPE;
    const child = spawn(program, [...before, 'analyze', '--quiet', '-'], { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    let piped = '';
    child.stdout.on('data', (chunk: Buffer) => (piped += chunk.toString()));
    child.stdin.end(REFUSED);
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(piped).toBe(plain.stdout);
  });

  it('prints the refusal with its bytes, cookies by their length only', async () => {
    const { stdout } = await analyze(file('refused.pcap', REFUSED));
    expect(stdout).toContain('> Sec-WebSocket-Version: 13');
    expect(stdout).toContain('[redacted, 15 bytes]');
    expect(stdout).not.toContain('secret-value');
  });

  it('gives a program the fields that are promised', async () => {
    const analysis = JSON.parse((await analyze('--json', file('refused.pcap', REFUSED))).stdout) as CaptureAnalysis;
    expect(analysis.captures[0]).toMatchObject({
      file: 'refused.pcap',
      format: 'pcap',
      linkType: 'Ethernet',
      packets: 4,
      truncated: false,
      dropped: null,
    });
    expect(analysis.tcp).toMatchObject({ streams: 1, flags: { retransmission: 0, reused_ports: 0 } });
    expect(analysis.upgrades[0]).toMatchObject({
      stream: 0,
      frame: 3,
      method: 'GET',
      target: '/chat',
      host: 'chat.test',
      status: 403,
      outcome: 'refused',
    });
    expect(analysis.streams[0]).toMatchObject({
      index: 0,
      a: '10.0.0.1:51000',
      b: '10.0.0.2:80',
      packets: { aToB: 2, bToA: 2 },
      resets: [],
      firstRttMs: 2,
    });
    expect(analysis.websocket.frames).toBe(0);
  });

  it('writes the page where it is asked to, and says when it cannot', async () => {
    expect((await analyze('--html', 'page.html', file('refused.pcap', REFUSED))).code).toBe(0);
    expect(readFileSync(join(cwd, 'page.html'), 'utf8')).toContain('403');
    mkdirSync(join(cwd, 'folder'), { recursive: true });
    const failed = await analyze('--html', 'folder', file('refused.pcap', REFUSED));
    expect(failed).toMatchObject({ code: 3, stderr: expect.stringContaining('RUN_ERR_CANNOT_WRITE') });
    expect(failed.stdout).toContain('answered 403');
  });
});

describe('hopscope analyze, given something else', () => {
  it.each<[what: string, name: string, bytes: Buffer | string, says: string]>([
    ['text', 'notes.pcap', 'these are no packets', 'these are no packets'],
    ['a HAR', 'page.har', '{"log": {"version": "1.2"}}', '{\\"log\\"'.replaceAll('\\', '')],
    ['nothing', 'empty.pcap', '', 'no bytes'],
    ['a header cut short', 'short.pcap', REFUSED.subarray(0, 20), 'cut after 20 bytes'],
    ['compressed text', 'text.gz', gzipSync('these are no packets'), 'these are no packets'],
  ])('says what it saw in %s, and ends with 2', async (_, name, bytes, says) => {
    const { code, stdout, stderr } = await analyze(file(name, bytes));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('CAPTURE_ERR_UNREADABLE: expected a capture file');
    expect(stderr).toContain(says);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it('names a file that is not there, as JSON too', async () => {
    expect(await analyze('absent.pcap')).toMatchObject({ code: 2, stderr: expect.stringContaining('absent.pcap') });
    const { stdout } = await analyze('--json', 'absent.pcap');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'CAPTURE_ERR_NOT_FOUND', exitCode: 2 } });
  });

  it('reports what the readable files show when another is not, and names that one', async () => {
    const { code, stdout, stderr } = await analyze(file('notes.pcap', 'no packets'), file('refused.pcap', REFUSED));
    expect(code).toBe(0);
    expect(stdout).toContain('answered 403');
    expect(stderr).toContain('notes.pcap');
  });

  it.each<[what: string, bytes: Buffer, says: RegExp]>([
    ['cut in the middle of a packet', REFUSED.subarray(0, -10), /ends in the middle of a record/],
    ['of an absurd length', Buffer.concat([REFUSED, Buffer.alloc(16, 0xff)]), /answer|upgrade/i],
    ['without TCP', pcapFile([{ bytes: Buffer.alloc(60), timeNs: 0 }]), /No WebSocket upgrade was seen/],
    ['of one direction only', pcapFile(TALK.filter((_, index) => index % 2 === 0)), /one direction|no answer/i],
  ])('reads what can be read of a capture %s', async (_, bytes, says) => {
    const { code, stdout } = await analyze(file('odd.pcap', bytes));
    expect(code).toBe(0);
    expect(stdout).toMatch(says);
  });

  it('refuses a key log that is none, with the line', async () => {
    const keys = file('keys.log', '# a comment\nthis is no key\n');
    const { code, stderr } = await analyze('--keylog', keys, file('refused.pcap', REFUSED));
    expect(code).toBe(2);
    expect(stderr).toContain('CAPTURE_ERR_KEYLOG');
    expect(stderr).toContain('keys.log:2');
  });
});

describe('hopscope analyze, interrupted while a pipe is silent', () => {
  it('reports what was read until then and ends with 130', async () => {
    const live = startHopscope(['analyze', '-', '--html', 'partial.html'], { cwd });
    live.write(REFUSED);
    await live.shows(/reading -/);
    live.pressCtrlC();
    const { code, stdout } = await live.ended;
    expect(code).toBe(130);
    expect(stdout).toContain('answered 403');
    expect(existsSync(join(cwd, 'partial.html'))).toBe(true);
  });
});
