import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EchoPath, openEchoPath } from '../../bench/echo-path.ts';
import { analyseCaptures } from '../../harness/analyze/analyse-captures.ts';
import { makeScratchDir } from '../../harness/lab/session.ts';
import { steadyProfile } from '../../harness/measure/steady-profile.ts';
import type { CaptureAnalysis } from '../../harness/model/capture-analysis.ts';
import { Tcpdump } from '../../harness/probes/tcpdump.ts';
import { LABELS, type Label } from '../../harness/wire/tcp/label.ts';
import { type LabelledFrame, labelledCapture } from '../fixtures/labelled-capture.ts';
import { type TsharkFrame, tsharkLabels, tsharkVersion } from '../fixtures/tshark-labels.ts';

const run = promisify(execFile);

/**
 * What a lab shows that nobody prepared: requests with and without an answer they like, a port that refuses, a reader that stops reading, a connection that
 * is silent until its keep-alive. Buffers are small, so that the window closes soon.
 */
const ODD_CLIENTS = `
const net = require('node:net');
const REQUEST = (path, more = '') => 'GET ' + path + ' HTTP/1.1\\r\\nHost: origin:9000\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n'
  + 'Sec-WebSocket-Version: 13\\r\\n' + more + '\\r\\n';
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n';
const open = (port, then) => new Promise((resolve) => {
  const socket = net.connect(port, 'origin');
  socket.on('error', () => {}).on('close', resolve).on('data', () => {});
  socket.once('connect', () => then(socket));
});
const later = (ms, act) => setTimeout(act, ms);
Promise.all([
  open(9, () => {}),
  open(9000, (socket) => { socket.write(REQUEST('/socket')); later(200, () => socket.end()); }),
  open(9000, (socket) => { socket.write('GET /page HTTP/1.1\\r\\nHost: origin\\r\\n\\r\\nGET /none HTTP/1.1\\r\\nHost: origin\\r\\nConnection: close\\r\\n\\r\\n'); }),
  open(9000, (socket) => { for (const piece of REQUEST('/in-pieces', KEY).match(/.{1,30}/gs)) socket.write(piece); later(300, () => socket.destroy()); }),
  open(9000, (socket) => { socket.setKeepAlive(true, 1000); socket.write(REQUEST('/idle', KEY)); later(2300, () => socket.end()); }),
  open(9000, (socket) => {
    socket.write('POST /echo HTTP/1.1\\r\\nHost: origin\\r\\nContent-Length: 400000\\r\\nConnection: close\\r\\n\\r\\n' + 'x'.repeat(400000));
    socket.pause();
    later(900, () => socket.resume());
  }),
  open(9000, (socket) => { socket.write(REQUEST('/reset', KEY)); later(100, () => socket.resetAndDestroy()); }),
]).then(() => console.log('done'));`;

async function makeTraffic(path: EchoPath): Promise<void> {
  await path.client.run(['sh', '-c', 'echo 4096 8192 16384 > /proc/sys/net/ipv4/tcp_rmem']);
  const shape = { connections: 6, messagesPerSecond: 500, durationMs: 2500, payloadBytes: 900, seed: 7 };
  const [odd, load] = await Promise.all([path.client.run([process.execPath, '-e', ODD_CLIENTS]), path.load(steadyProfile(shape))]);
  if (odd.stdout !== 'done\n' || load.upgraded !== shape.connections) throw new Error(`the clients failed: ${odd.stderr}`);
}

/** What follows a change of rules after Wireshark 4.0: whether it is a resend or late stays the same, but not of which kind. */
const CHANGED: ReadonlySet<Label> = new Set([
  ...(['retransmission', 'fast_retransmission', 'spurious_retransmission', 'out_of_order', 'ack_lost_segment'] as const),
]);

function comparable({ frame, stream, labels }: TsharkFrame | LabelledFrame, isSameVersion: boolean): string {
  const isAgain = labels.includes('retransmission') || labels.includes('out_of_order');
  const shown = isSameVersion ? labels : [...labels.filter((label) => !CHANGED.has(label)), ...(isAgain ? ['again or late'] : [])];
  return `frame ${frame}, stream ${stream}: ${LABELS.filter((label) => shown.includes(label)).join(' ')}${isSameVersion ? '' : String(isAgain)}`;
}

interface HttpHead {
  readonly stream: number;
  readonly frame: number;
  readonly what: string;
}

/** Heads of requests and responses, as tshark puts them together. */
async function tsharkHeads(file: string): Promise<readonly HttpHead[]> {
  const fields = ['tcp.stream', 'frame.number', 'http.request.method', 'http.request.uri', 'http.response.code'];
  const readAll = ['-2', '-o', 'tcp.reassemble_out_of_order:TRUE', '-o', 'http.desegment_body:FALSE', '--disable-protocol', 'websocket'];
  const heads = ['-Y', 'http.request || http.response'];
  const { stdout } = await run('tshark', [
    '-n',
    '-r',
    file,
    ...readAll,
    ...heads,
    '-T',
    'fields',
    ...fields.flatMap((field) => ['-e', field]),
  ]);
  return stdout
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [stream, frame, methods = '', uris = '', codes = ''] = line.split('\t');
      const uri = uris.split(',');
      const requests = methods === '' ? [] : methods.split(',').map((method, index) => `${method} ${uri[index] ?? ''}`);
      return [...requests, ...(codes === '' ? [] : codes.split(','))].map((what) => ({
        stream: Number(stream),
        frame: Number(frame),
        what,
      }));
    });
}

const ownHeads = ({ streams }: CaptureAnalysis): readonly HttpHead[] =>
  streams.flatMap(({ index, exchanges }) =>
    exchanges.flatMap(({ frame, method, target, response }) => [
      { stream: index, frame, what: `${method} ${target}` },
      ...(response === null ? [] : [{ stream: index, frame: response.frame, what: String(response.status) }]),
    ]),
  );

const inOrder = (heads: readonly HttpHead[]): readonly string[] => heads.map(({ stream, what }) => `stream ${stream}: ${what}`).toSorted();

describe('a capture of the lab', () => {
  const folder = makeScratchDir();
  const file = join(folder, 'client.pcap');
  let analysis: CaptureAnalysis;
  let dropped = -1;

  beforeAll(async () => {
    await using path = await openEchoPath([{ kind: 'loss', percent: 3, direction: 'both' }]);
    const capture = await Tcpdump.start(path.shells.client, {
      ...{ device: 'eth0', filter: 'tcp or icmp', snapLength: 0, bufferKib: 16_384, batched: false, file, files: 1, fileMegabytes: 100 },
    });
    if (capture.failure !== null) throw new Error(capture.failure);
    await makeTraffic(path);
    await capture.drain();
    await capture.stop();
    dropped = capture.counts?.dropped ?? -1;
    const signal = new AbortController().signal;
    ({ analysis } = await analyseCaptures({ files: [file], keyLogFile: null, toolVersion: '0', signal, onProgress: () => undefined }));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is whole, and has the labels that it was made for', () => {
    expect(dropped).toBe(0);
    const wanted = ['retransmission', 'duplicate_ack', 'zero_window', 'window_update', 'keep_alive'] as const;
    expect(wanted.filter((label) => analysis.tcp.flags[label] === 0)).toEqual([]);
    expect(analysis.streams.some(({ closing }) => closing[0]?.kind === 'rst' && closing[0].from === 'b')).toBe(true);
  });

  it('is labelled by tshark as here, frame by frame and stream by stream', async () => {
    const [{ frames }, theirs, version] = await Promise.all([labelledCapture(file), tsharkLabels(file), tsharkVersion()]);
    const isSameVersion = / 4\.0\./.test(version);
    const words = (all: readonly (TsharkFrame | LabelledFrame)[]): readonly string[] => all.map((one) => comparable(one, isSameVersion));
    expect(words(frames)).toEqual(words(theirs));
    expect(frames.length).toBe(analysis.tcp.packets);
    for (const label of LABELS) expect(analysis.tcp.flags[label], label).toBe(frames.filter(({ labels }) => labels.includes(label)).length);
  });

  it('holds the requests and the answers that tshark finds', async () => {
    const theirs = await tsharkHeads(file);
    expect(inOrder(ownHeads(analysis))).toEqual(inOrder(theirs));
    const accepted = analysis.upgrades.filter(({ outcome }) => outcome === 'accepted');
    expect(accepted.length).toBe(theirs.filter(({ what }) => what === '101').length);
    expect(analysis.upgrades.filter(({ outcome }) => outcome === 'refused').length).toBe(1);
  });
});
