import { expect, it } from 'vitest';
import { Schedule } from '../../../harness/measure/schedule.ts';
import { steadyProfile } from '../../../harness/measure/steady-profile.ts';

it('a steady profile opens all connections at once and sends at a constant rate', () => {
  const profile = steadyProfile({ connections: 8, messagesPerSecond: 100, durationMs: 2000, payloadBytes: 64, seed: 1 });
  const [connections, messages] = [new Schedule(profile.connections), new Schedule(profile.messages)];
  expect([connections.count, connections.dueAtMs(7), messages.count, messages.dueAtMs(199)]).toEqual([8, 0, 200, 1990]);
  expect(profile).toMatchObject({ loop: 'open', messagesBegin: 'opened', size: { kind: 'fixed', bytes: 64 } });
});
