import { describe, expect, it } from 'vitest';
import { sourcesOf } from '../../../../harness/lab/impair/direction.ts';
import { only, pathOf } from '../sample-topology.ts';

describe('sourcesOf', () => {
  it('tells the direction by the side of the link that a packet comes from, however far', () => {
    const chain = only([pathOf('direct', [], [], 3), pathOf('a', ['outer', 'inner'])]);
    expect(sourcesOf(chain, 1, 'to-origin')).toEqual(['10.100.1.0/25', '10.100.0.0/24']);
    expect(sourcesOf(chain, 1, 'to-client')).toEqual(['10.100.1.128/25', '10.100.2.0/24']);
  });
});
