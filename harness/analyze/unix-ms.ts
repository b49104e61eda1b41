/** Unix milliseconds of a time that counts from the whole second a capture begins in. */
export const unixMs = (epochSeconds: number, timeNs: number): number => epochSeconds * 1000 + timeNs / 1e6;
