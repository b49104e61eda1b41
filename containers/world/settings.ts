/** What a world's program is told. Ports are of its own host; 0 lets the kernel choose. */
export interface WorldSettings {
  readonly originAddress: string;
  readonly originPort: number;
  /** IPv4 addresses in 198.18.0.0/15, by name. */
  readonly names: Readonly<Record<string, string>>;
  readonly dnsPort: number;
  readonly relayPort: number;
  readonly syslogPort: number;
  /** Absolute paths of unix stream sockets behind which the origin stands. */
  readonly unixOrigins: readonly string[];
  /** Path of a unix datagram socket; null: none. */
  readonly syslogSocket: string | null;
  /** What comes by syslog is put at its end. */
  readonly logFile: string;
}

/** The first line on standard output: everything listens. */
export interface WorldReady {
  readonly ready: true;
  readonly dnsPort: number;
  readonly relayPort: number;
  readonly syslogPort: number;
}
