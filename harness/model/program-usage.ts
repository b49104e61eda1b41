/** What a program of ours used since it started. */
export interface ProgramUsage {
  /** CPU time of all its threads. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** Sockets included. */
  readonly openFiles: number;
}
