import { type LoadProfile, steadyProfile } from '../../harness/index.ts';

/** What is varied, and what stays the same from step to step. */
export interface StepShape {
  readonly of: 'connections' | 'messages';
  /** Sessions that carry the messages, where messages are varied. */
  readonly connections: number;
  readonly payloadBytes: number;
  /** How long the traffic of a step lasts, behind its opening. */
  readonly stepMs: number;
  readonly drivers: number;
  readonly sources: number;
}

/** Connections are opened one after the other: all at once, a queue of the kernel would be what is measured. */
const OPENED_PER_SECOND = 1000;
/** Where connections are varied, each sends a message in a step, but all together no more than so many a second. */
const IDLE_MESSAGES_PER_SECOND = 500;

/** The open-loop load of one step. */
export function stepProfile(shape: StepShape, value: number, seed: number): LoadProfile {
  const connections = shape.of === 'connections' ? value : shape.connections;
  const each = Math.max(1, Math.round((1000 * value) / shape.stepMs));
  const messagesPerSecond = shape.of === 'messages' ? value : Math.min(each, IDLE_MESSAGES_PER_SECOND);
  const { stepMs: durationMs, payloadBytes, drivers, sources } = shape;
  return {
    ...steadyProfile({ connections, messagesPerSecond, durationMs, payloadBytes, seed }),
    connections: [
      { kind: 'rate', fromPerSecond: OPENED_PER_SECOND, toPerSecond: OPENED_PER_SECOND, forMs: (connections * 1000) / OPENED_PER_SECOND },
    ],
    ...{ drivers, sources, compared: false },
  };
}
