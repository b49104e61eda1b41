/** Sends a signal to a process of this machine; one that has ended meanwhile is passed over. */
export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself in between.
  }
}
