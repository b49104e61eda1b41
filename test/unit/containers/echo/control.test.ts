import { PassThrough } from 'node:stream';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answer, serveControl } from '../../../../containers/echo/control.ts';
import { OriginState } from '../../../../containers/echo/origin-state.ts';

const peer = (port: number) => ({ remoteAddress: '::ffff:10.1.0.2', remotePort: port }) as Socket;

describe('the origin control', () => {
  it('sets a behaviour for so many handshakes', () => {
    const state = new OriginState();
    expect(answer('{"id":1,"kind":"behave","behaviour":{"kind":"reject","status":403,"body":"no"},"count":2}', state)).toEqual({
      id: 1,
      ok: true,
      connections: [],
    });
    expect([1, 2, 3].map(() => state.nextBehaviour().kind)).toEqual(['reject', 'reject', 'normal']);
  });

  it('reports open connections again and forgets those that are gone', () => {
    const state = new OriginState();
    const [first] = [state.accept(peer(1)), state.accept(peer(2))];
    first?.gone();
    const take = () => {
      const reply = answer('{"id":1,"kind":"take"}', state);
      return 'connections' in reply ? reply.connections : [];
    };
    expect(take().map(({ id, remoteAddress, remotePort, end }) => [id, remoteAddress, remotePort, end.kind])).toEqual([
      [1, '10.1.0.2', 1, 'local'],
      [2, '10.1.0.2', 2, 'survived'],
    ]);
    expect(take().map(({ id }) => id)).toEqual([2]);
  });

  it('tells what the program uses', () => {
    const reply = answer('{"id":4,"kind":"usage"}', new OriginState());
    expect(reply).toMatchObject({ id: 4, ok: true, usage: { cpuMs: expect.any(Number), openFiles: expect.any(Number) } });
  });

  it.each([
    ['{', 0],
    ['7', 0],
    ['{"id":1}', 1],
    ['{"id":2,"kind":"stop"}', 2],
    ['{"id":3,"kind":"behave","behaviour":{"kind":"explode"},"count":1}', 3],
    ['{"id":4,"kind":"behave","behaviour":{"kind":"reject","status":99,"body":""},"count":1}', 4],
    ['{"id":5,"kind":"behave","behaviour":{"kind":"stall"},"count":-1}', 5],
  ])('refuses %s and says why', (line, id) => {
    expect(answer(line, new OriginState())).toMatchObject({ id, ok: false, message: expect.stringContaining('expected') });
  });

  it('answers line by line until its input ends', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const served = serveControl(input, output, new OriginState());
    input.end('{"id":1,"kind":"take"}\n\nnonsense\n');
    await served;
    expect(
      String(output.read())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).ok),
    ).toEqual([true, false]);
  });
});
