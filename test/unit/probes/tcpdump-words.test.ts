import { describe, expect, it } from 'vitest';
import { captureComplaint, missedPackets, parseCaptureCounts } from '../../../harness/probes/tcpdump-words.ts';

describe('parseCaptureCounts', () => {
  it('reads the line at SIGUSR1', () => {
    const line = 'tcpdump: 1 packet captured, 12 packets received by filter, 3 packets dropped by kernel';
    expect(parseCaptureCounts([line])).toEqual({ captured: 1, received: 12, dropped: 3 });
  });

  it('reads the lines at the end, with those that others printed in between', () => {
    const lines = [
      '7 packets captured',
      'ESTAB 0 0',
      '9 packets received by filter',
      '0 packets dropped by kernel',
      '1 packet dropped by interface',
    ];
    expect(parseCaptureCounts(lines)).toEqual({ captured: 7, received: 9, dropped: 0 });
  });

  it('has no counts of a capture that did not tell them', () => {
    expect(parseCaptureCounts(['7 packets captured'])).toBeNull();
    expect(parseCaptureCounts([])).toBeNull();
  });
});

describe('missedPackets', () => {
  it('counts what found no room and what was still in the kernel', () => {
    expect(missedPackets({ captured: 10, received: 10, dropped: 0 })).toBe(0);
    expect(missedPackets({ captured: 10, received: 14, dropped: 3 })).toBe(4);
    expect(missedPackets({ captured: 10, received: 5, dropped: 0 })).toBe(0);
  });
});

describe('captureComplaint', () => {
  it('is what tcpdump or the shell said, and nothing else', () => {
    expect(captureComplaint(['pid 3 77', 'tcpdump: listening on eth0, link-type EN10MB', '3 packets captured'])).toBeNull();
    expect(captureComplaint(['pid 3 77', 'sh: 1: exec: tcpdump: not found', 'ended 3 127'])).toBe('sh: 1: exec: tcpdump: not found');
  });

  it('tells who is not root what would help', () => {
    const said = "tcpdump: Couldn't change to 'root' uid=0 gid=0: Operation not permitted";
    expect(captureComplaint([said])).toMatch(/^tcpdump: Couldn't change .*run as root, or use --lab docker/);
  });

  it('is bounded', () => {
    expect(captureComplaint([`tcpdump: ${'x'.repeat(5000)}: y`])?.length).toBe(500);
  });
});
