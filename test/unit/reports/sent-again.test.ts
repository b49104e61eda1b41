import { describe, expect, it } from 'vitest';
import { lostAgain, shareSentAgain, togetherOf } from '../../../reports/sent-again.ts';

const client = { host: 'client', retransSegs: 12, outSegs: 88, needlessSegs: 2 };

describe('segments sent again', () => {
  it('are those that were not needless, as a share of all that were sent', () => {
    expect([lostAgain(client), shareSentAgain(client)]).toEqual([10, '10.00 %']);
    expect(shareSentAgain({ host: 'origin', retransSegs: 5, outSegs: 95 })).toBe('5.00 %');
  });

  it('are not measured where a counter is null, and none where nothing was sent', () => {
    expect(shareSentAgain({ ...client, retransSegs: null })).toBeNull();
    expect(shareSentAgain({ host: 'origin', retransSegs: 0, outSegs: 0 })).toBe('nothing sent');
  });

  it('are summed over the hosts unless one of them was not measured', () => {
    expect(togetherOf([client, client])).toMatchObject({ retransSegs: 24, outSegs: 176, needlessSegs: 4 });
    expect(shareSentAgain(togetherOf([client, { host: 'origin', retransSegs: null, outSegs: null }]))).toBeNull();
    expect(lostAgain(togetherOf([]))).toBeNull();
  });
});
