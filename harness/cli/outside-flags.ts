import type { Command } from 'commander';

/** Flags of a check of entries outside any lab. */
export interface OutsideFlags {
  readonly originEcho?: true;
  readonly hold?: string;
  readonly insecure?: true;
}

export const outsideFlags = (command: Command): Command =>
  command
    .option(
      '--origin-echo',
      'outside the lab: the origin echoes messages, so send it some; without it only handshakes, Ping and Close are tried',
    )
    .option('--hold <seconds>', 'outside the lab: hold idle sockets for so long, at most 900 (default: 0, none)')
    .option('--insecure', 'outside the lab: go on where the certificate is wrong');
