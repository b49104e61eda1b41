import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isLeftover, labelsOf } from '../../../../harness/lab/docker/labels.ts';

describe('isLeftover', () => {
  it('spares what a living hopscope made', () => {
    expect(isLeftover(labelsOf('mine'))).toBe(false);
  });

  it('sees that the owner is gone, also when its pid is used again', () => {
    expect(isLeftover(labelsOf('old', `${process.pid}-1`))).toBe(true);
    expect(isLeftover(labelsOf('old', '0-0'))).toBe(true);
  });

  it('leaves alone what another machine made in the same engine', () => {
    expect(isLeftover({ ...labelsOf('theirs', '0-0'), 'org.hopscope.machine': `not-${hostname()}` })).toBe(false);
  });

  it('leaves alone what carries no owner', () => {
    expect(isLeftover({})).toBe(false);
  });
});
