/** How a process ended. Both null: it is not known. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  /** `SIGABRT`: also where a shell or a master process told it as an exit code above 128. */
  readonly signal: string | null;
}

/**
 * A proxy that had served and whose process ended although the run had not ended it: a fault of that program, whatever clients saw of it.
 * One that never began to serve is an absence.
 */
export interface CrashEvidence extends ProcessEnd {
  readonly path: string;
  readonly scenario: string;
  readonly host: string;
  /** `program`: the process that was started, and the proxy with it; `worker`: one of its processes, as the one that goes on has logged. */
  readonly what: 'program' | 'worker';
  /** It ended between these two. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** The end of its log without the lines about requests; of a worker the line that says so. Bounded, as it was written. */
  readonly lastLines: readonly string[];
}
