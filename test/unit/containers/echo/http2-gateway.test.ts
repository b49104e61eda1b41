import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeClose, encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';
import { worldOrigin } from './world-origin.ts';

const MASK = Buffer.from('37fa213d', 'hex');
let origin: Awaited<ReturnType<typeof worldOrigin>>;
let session: ClientHttp2Session;
beforeAll(async () => {
  origin = await worldOrigin();
});
beforeEach(() => origin.renew());
afterEach(() => session.destroy());
afterAll(() => origin.stop());

async function open(scheme: string): Promise<ClientHttp2Session> {
  session = connect(`${scheme}://127.0.0.1:${origin.port}`, { rejectUnauthorized: false });
  await once(session, 'remoteSettings');
  return session;
}

async function answerOf(stream: ClientHttp2Stream): Promise<{ readonly status: unknown; readonly body: string }> {
  let body = '';
  stream.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
  const [[headers]] = (await Promise.all([once(stream, 'response'), once(stream, 'end')])) as [
    [Readonly<Record<string, unknown>>],
    unknown,
  ];
  return { status: headers[':status'], body };
}

const TUNNEL: OutgoingHttpHeaders = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':path': '/socket',
  ':authority': 'a',
  'sec-websocket-version': '13',
};

describe.each(['http', 'https'])('serveHttp2 over %s', (scheme) => {
  it('answers plain requests, several at once', async () => {
    const { request } = await open(scheme).then((to) => ({ request: to.request.bind(to) }));
    const post = request({ ':method': 'POST', ':path': '/echo' });
    post.end('abc');
    const answers = await Promise.all([answerOf(request({ ':path': '/health' })), answerOf(request({ ':path': '/page' })), answerOf(post)]);
    expect(answers).toEqual([
      { status: 200, body: 'true\n' },
      { status: 200, body: 'a page of the origin\n' },
      { status: 200, body: 'abc' },
    ]);
  });

  it('takes an extended CONNECT for an opening handshake, and records its session', async () => {
    const stream = (await open(scheme)).request({ ...TUNNEL, 'sec-websocket-protocol': 'chat' });
    const [headers] = (await once(stream, 'response')) as [Readonly<Record<string, unknown>>];
    expect(headers).toMatchObject({ ':status': 200, 'sec-websocket-protocol': 'chat' });
    expect(headers).not.toHaveProperty('sec-websocket-accept');
    stream.write(encodeFrame({ opcode: OPCODE.text, payload: Buffer.from('hi'), maskKey: MASK, fin: true }));
    expect(String((await once(stream, 'data'))[0])).toContain('hi');
    stream.write(encodeClose(1000, '', MASK));
    await once(stream.resume(), 'end');
    expect(origin.state.take()).toMatchObject([{ status: 101, framesReceived: 1, end: { kind: 'close-frame', code: 1000 } }]);
  });

  it('judges an extended CONNECT as strictly as any handshake', async () => {
    const stream = (await open(scheme)).request({ ...TUNNEL, 'sec-websocket-version': '8' });
    expect(await answerOf(stream)).toMatchObject({ status: 426 });
  });

  it('ends the session of a stream that is reset, and serves on', async () => {
    const to = await open(scheme);
    const stream = to.request(TUNNEL);
    await once(stream, 'response');
    stream.close(8);
    await expect.poll(() => origin.state.take().filter(({ end }) => end.kind === 'survived')).toEqual([]);
    expect(await answerOf(to.request({ ':path': '/' }))).toEqual({ status: 200, body: 'hopscope origin\n' });
  });

  it('opens no tunnel to elsewhere', async () => {
    const stream = (await open(scheme)).request({ ':method': 'CONNECT', ':authority': 'a:1' });
    expect(await answerOf(stream)).toMatchObject({ status: 405 });
  });
});
