/*
 * Order of TCP sequence numbers (RFC 9293 section 3.4) by the sign of a 32-bit difference. Numbers that are exactly half the space apart are each
 * both before and after the other, as in Wireshark.
 */

export const isBefore = (a: number, b: number): boolean => ((a - b) | 0) < 0;
export const isAfter = (a: number, b: number): boolean => ((b - a) | 0) < 0;
export const isAtOrBefore = (a: number, b: number): boolean => ((a - b) | 0) <= 0;
