import { describe, expect, it } from 'vitest';
import { EchoSession } from '../../../../containers/echo/echo-session.ts';
import { seededRandom } from '../../../../harness/measure/seeded-random.ts';
import { encodeClose, encodeFrame, OPCODE } from '../../../../harness/wire/frame.ts';

const MASK = Buffer.from('37fa213d', 'hex');
const frame = (opcode: number, payload: Buffer | string, more: { readonly fin?: boolean; readonly rsv1?: boolean } = {}) =>
  encodeFrame({ opcode, payload: Buffer.from(payload), maskKey: MASK, ...more });

interface Said {
  readonly bytes: string;
  readonly writes: number;
  readonly messages: number;
  readonly closed: readonly unknown[];
}

/** What a session says to chunks. `isFast`: as a connection of the origin gives them to it. */
function said(chunks: readonly Buffer[], isFast: boolean, isCompressed = false): Said {
  const sent: Buffer[] = [];
  const closed: unknown[] = [];
  let messages = 0;
  const port = {
    send: (bytes: Buffer) => void sent.push(Buffer.from(bytes)),
    onMessages: (count: number) => void (messages += count),
    onClose: (...close: readonly unknown[]) => void closed.push(close),
    hangUp: () => void closed.push('hung up'),
  };
  const session = new EchoSession(port, isCompressed);
  for (const chunk of chunks) {
    const own = Buffer.from(chunk);
    session.push(isFast ? session.echo(own) : own);
  }
  session.stop();
  return { bytes: Buffer.concat(sent).toString('hex'), writes: sent.length, messages, closed };
}

describe('EchoSession', () => {
  it('answers all ordinary messages of one chunk in one write', () => {
    const messages = [
      frame(OPCODE.text, 'hi'),
      frame(OPCODE.binary, Buffer.alloc(300, 7)),
      frame(OPCODE.text, ''),
      frame(OPCODE.text, 'häh'),
    ];
    const fast = said([Buffer.concat(messages)], true);
    expect(fast).toMatchObject({ writes: 1, messages: 4 });
    expect(fast.bytes).toBe(said(messages, false).bytes);
  });

  it('does not echo a request to the origin, nor what comes after text that is no UTF-8', () => {
    const asked = said(
      [Buffer.concat([frame(OPCODE.text, 'a'), frame(OPCODE.text, 'hopscope:send-every 1000'), frame(OPCODE.text, 'b')])],
      true,
    );
    expect(asked).toMatchObject({ bytes: '810161810162', messages: 3 });
    const broken = Buffer.concat([frame(OPCODE.text, 'a'), frame(OPCODE.text, Buffer.from([0xff])), frame(OPCODE.text, 'b')]);
    expect(said([broken], true)).toEqual({ ...said([broken], false), writes: 2 });
  });

  it('says the same to any stream of frames, however it is cut, as one that looks at every frame', () => {
    const random = seededRandom(5);
    const below = (most: number): number => Math.floor(random() * most);
    const sizes = [0, 1, 40, 125, 126, 127, 129, 300, 70_000];
    const opcodes = [OPCODE.text, OPCODE.binary, OPCODE.binary, OPCODE.continuation, OPCODE.ping, OPCODE.pong, 3];
    for (let round = 0; round < 300; round += 1) {
      const isCompressed = below(3) === 0;
      const frames = Array.from({ length: 1 + below(8) }, () => {
        const opcode = below(4) > 0 ? OPCODE.text + below(2) : (opcodes[below(opcodes.length)] ?? 1);
        const size = opcode >= OPCODE.close ? below(126) : (sizes[below(sizes.length)] ?? 0);
        const payload = Buffer.alloc(size, below(20) === 0 ? 0xff : 'hopscope');
        const made = frame(opcode, payload, { fin: below(12) > 0, rsv1: below(isCompressed ? 2 : 40) === 0 });
        if (below(40) === 0) made[below(made.length)] = below(256);
        return made;
      });
      const stream = Buffer.concat([...frames, ...(below(2) === 0 ? [encodeClose(1000, 'bye', MASK)] : [])]);
      const chunks: Buffer[] = [];
      for (let at = 0; at < stream.length; ) {
        const end = below(3) === 0 ? stream.length : at + 1 + below(below(2) === 0 ? 20 : 2000);
        chunks.push(stream.subarray(at, end));
        at = end;
      }
      const [fast, slow] = [said(chunks, true, isCompressed), said(chunks, false, isCompressed)];
      expect({ ...fast, writes: 0 }).toEqual({ ...slow, writes: 0 });
    }
  });

  it('echoes compressed messages as they came, whole and in fragments', () => {
    const whole = frame(OPCODE.text, Buffer.from('f248cdc9c90700', 'hex'), { rsv1: true });
    expect(said([whole], true, true)).toMatchObject({ bytes: 'c107f248cdc9c90700', messages: 1 });
    const parts = [
      frame(OPCODE.text, Buffer.from('f248', 'hex'), { rsv1: true, fin: false }),
      frame(OPCODE.continuation, Buffer.from('cdc9c90700', 'hex')),
      frame(OPCODE.text, 'plain'),
    ];
    expect(said([Buffer.concat(parts)], true, true)).toMatchObject({
      bytes: `c107f248cdc9c907008105${Buffer.from('plain').toString('hex')}`,
    });
  });

  it.each([
    ['where no compression was agreed on', frame(OPCODE.text, 'x', { rsv1: true }), false],
    ['on a control frame', frame(OPCODE.ping, 'x', { rsv1: true }), true],
    ['on a continuation', Buffer.concat([frame(OPCODE.text, 'x', { fin: false }), frame(OPCODE.continuation, 'y', { rsv1: true })]), true],
  ])('fails RSV1 %s with 1002', (_where, bytes, isCompressed) => {
    expect(said([bytes], true, isCompressed).bytes).toMatch(/^88..03ea/);
  });
});
