import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { nowMs } from '../../../harness/measure/clock.ts';
import { afterRunning, stallsSince, watchStalls } from '../../../harness/play/own-stalls.ts';

/** Keeps this program from running anything else. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe('stalls of a program', () => {
  const ends: (() => void)[] = [];
  afterEach(() => ends.splice(0).forEach((end) => end()));
  const watch = (): void => void ends.push(watchStalls());

  it('are the times in which it ran nothing, known to the first that runs again', async () => {
    watch();
    await sleep(60);
    const fromMs = nowMs();
    standStill(400);
    const [stall, ...others] = stallsSince(fromMs);
    expect(others).toEqual([]);
    expect(stall?.fromMs).toBeGreaterThan(fromMs - 200);
    expect((stall?.untilMs ?? 0) - fromMs).toBeGreaterThan(390);
  });

  it('are told only to those who were there before they were over', async () => {
    watch();
    standStill(300);
    await sleep(60);
    expect(stallsSince(nowMs())).toEqual([]);
  });

  it('are time that a deadline does not count, up to as much again', async () => {
    watch();
    await sleep(60);
    const called = async (ms: number, stalledMs: number): Promise<number> => {
      const fromMs = nowMs();
      const atMs = new Promise<number>((resolve) => afterRunning(ms, () => resolve(nowMs())));
      standStill(stalledMs);
      return (await atMs) - fromMs;
    };
    expect(await called(300, 250)).toBeGreaterThan(500);
    const tooLong = await called(150, 500);
    expect(tooLong).toBeGreaterThanOrEqual(499);
    expect(tooLong).toBeLessThan(640);
  });

  it('extend no deadline that was called off', async () => {
    watch();
    let wasCalled = false;
    const callOff = afterRunning(200, () => (wasCalled = true));
    standStill(250);
    await sleep(60);
    callOff();
    await sleep(200);
    expect(wasCalled).toBe(false);
  });

  it('are not watched for once nobody asks', async () => {
    watch();
    ends.splice(0).forEach((end) => end());
    const fromMs = nowMs();
    standStill(300);
    await sleep(60);
    expect(stallsSince(fromMs)).toEqual([]);
  });

  it('are counted on while one of several still asks', () => {
    watch();
    watch();
    ends.shift()?.();
    const fromMs = nowMs();
    standStill(300);
    expect(stallsSince(fromMs)).toHaveLength(1);
  });
});
