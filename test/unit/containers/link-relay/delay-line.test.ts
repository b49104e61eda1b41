import { expect, it } from 'vitest';
import { DelayLine } from '../../../../containers/link-relay/delay-line.ts';

/** A clock that runs only when it is told to. */
function lineAt() {
  let now = 0;
  const timers: { at: number; call: () => void }[] = [];
  const out: string[] = [];
  const clock = { now: () => now, after: (ms: number, call: () => void) => void timers.push({ at: now + ms, call }) };
  const line = new DelayLine(clock, (packet) => out.push(`${packet.toString()}@${now}`));
  const runTo = (until: number): void => {
    for (;;) {
      const next = timers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > until) break;
      timers.splice(timers.indexOf(next), 1);
      now = next.at;
      next.call();
    }
    now = until;
  };
  return { out, runTo, push: (name: string, ms: number) => line.push(Buffer.from(name), ms), isEmpty: () => line.isEmpty };
}

it('a delay line gives packets back when their time has come, in the order in which they came', () => {
  const { out, runTo, push, isEmpty } = lineAt();
  push('a', 30);
  runTo(10);
  push('b', 5);
  push('c', 40);
  runTo(29);
  expect(out).toEqual([]);
  runTo(100);
  // b was done waiting at 15, and a was still before it.
  expect(out).toEqual(['a@30', 'b@30', 'c@50']);
  expect(isEmpty()).toBe(true);
});

it('a packet that has not to wait goes on at once, unless another is before it', () => {
  const { out, runTo, push } = lineAt();
  push('a', 0);
  expect(out).toEqual(['a@0']);
  push('b', 3);
  push('c', 0);
  expect(out).toEqual(['a@0']);
  runTo(3);
  push('d', 0);
  expect(out).toEqual(['a@0', 'b@3', 'c@3', 'd@3']);
});
