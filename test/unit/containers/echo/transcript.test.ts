import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { OriginState } from '../../../../containers/echo/origin-state.ts';
import { Transcript, TranscriptRoom } from '../../../../containers/echo/transcript.ts';

const bytesOf = (transcript: Transcript): string =>
  Buffer.concat(transcript.kept.map(({ base64 }) => Buffer.from(base64, 'base64'))).toString('latin1');

describe('Transcript', () => {
  it('keeps the first 64 KiB and counts the rest', () => {
    const transcript = new Transcript();
    for (let chunk = 0; chunk < 7; chunk += 1) transcript.add(Buffer.alloc(10_000, 'abcdefg'[chunk]), chunk, null);
    expect(transcript.total).toBe(70_000);
    expect(bytesOf(transcript)).toBe('abcdefg'.replace(/./g, (letter) => letter.repeat(10_000)).slice(0, 65_536));
  });

  it('leaves out everything from the first chunk on that there is no room for', () => {
    const room = new TranscriptRoom(300);
    const [one, other] = [new Transcript(), new Transcript()];
    one.add(Buffer.from('ab'), 1, room);
    one.add(Buffer.alloc(200), 2, room);
    one.add(Buffer.from('c'), 3, room);
    other.add(Buffer.from('head'), 1, null);
    other.add(Buffer.from('d'), 2, room);
    expect([bytesOf(one), one.total, bytesOf(other)]).toEqual(['ab', 203, 'headd']);
    room.giveBack(one.taken);
    expect(room.take(179)).toBe(true);
  });
});

describe('OriginState', () => {
  it('keeps what came before a session whatever others take, and what they took is there again when they are forgotten', () => {
    const state = new OriginState();
    const opened = () => {
      const recorder = state.accept({ remoteAddress: '::1', remotePort: 1 } as Socket);
      recorder.received(Buffer.from('GET'));
      recorder.answered(101);
      recorder.sent(Buffer.from('101'));
      recorder.received(Buffer.alloc(65_000));
      return recorder;
    };
    // 16 MiB are 257 times 65,000 bytes.
    const recorders = Array.from({ length: 300 }, opened);
    const chunks = state.take().map(({ received, sent }) => [received.length, sent.length]);
    expect(chunks.filter(([received]) => received === 2).length).toBeLessThan(258);
    expect(chunks.at(-1)).toEqual([1, 1]);
    for (const recorder of recorders) recorder.gone();
    state.take();
    expect(opened().snapshot().received.length).toBe(2);
  });

  it('forgets the oldest of very many that have ended and that nobody asked for', () => {
    const state = new OriginState();
    for (let port = 1; port <= 50_010; port += 1) state.accept({ remoteAddress: '::1', remotePort: port } as Socket).gone();
    const taken = state.take();
    expect([taken.length, taken[0]?.remotePort]).toEqual([50_000, 11]);
    expect(state.take()).toEqual([]);
  });
});
