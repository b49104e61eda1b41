/** The part of autocannon that the driver uses; the package has no types of its own. */
declare module 'autocannon' {
  export interface Options {
    readonly url: string;
    readonly connections: number;
    /** Requests in all; there is no time limit then but `stop`. */
    readonly amount: number;
    /** Milliseconds between looks at whether the time is up. */
    readonly sampleInt: number;
    /** Seconds until a request counts as timed out. */
    readonly timeout: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly servername?: string;
    readonly tlsOptions?: { readonly rejectUnauthorized: boolean };
  }

  export interface Result {
    readonly requests: { readonly total: number; readonly average: number };
    readonly latency: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
  }

  export interface Instance extends PromiseLike<Result> {
    stop(): void;
  }

  export default function autocannon(options: Options): Instance;
}
