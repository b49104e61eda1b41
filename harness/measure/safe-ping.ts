/** Two thirds of an idle limit leave room for a ping that is late; whole tenths of a second, or less below one. In milliseconds. */
export function safePingMs(limitMs: number): number {
  const safe = (limitMs * 2) / 3;
  return safe >= 1000 ? Math.floor(safe / 100) * 100 : Math.floor(safe);
}
