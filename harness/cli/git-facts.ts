import { execFileSync } from 'node:child_process';

/** What git says of a folder; null where it is in no checkout, or git says nothing. */
export interface GitFacts {
  /** Absolute. */
  readonly root: string;
  /** URL of the remote `origin`, without a user and a password. */
  readonly remote: string | null;
  /** The branch that others start from, else the one at hand. */
  readonly branch: string | null;
}

const MOST_MS = 5000;

export function gitFacts(folder: string): GitFacts | null {
  const git = (...args: readonly string[]): string | null => {
    try {
      return (
        execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: MOST_MS }).trim() || null
      );
    } catch {
      return null;
    }
  };
  const root = git('rev-parse', '--show-toplevel');
  if (root === null) return null;
  const remote = git('config', '--get', 'remote.origin.url');
  const usual = git('symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD')?.replace(/^origin\//, '') ?? null;
  return { root, remote: remote === null ? null : publicUrl(remote), branch: usual ?? git('symbolic-ref', '--quiet', '--short', 'HEAD') };
}

/** Without what only its owner knows; `git@host:group/name` as https. Null for what is no URL of a server. */
export function publicUrl(remote: string): string | null {
  const [, host, path] = /^[\w.-]+@([\w.-]+):(?!\/)(\S+)$/.exec(remote) ?? [];
  if (host !== undefined && path !== undefined) return `https://${host}/${path}`;
  const url = URL.parse(remote);
  if (url === null || !['https:', 'http:', 'ssh:', 'git:'].includes(url.protocol) || url.hostname === '') return null;
  return url.protocol === 'ssh:' ? `https://${url.hostname}${url.pathname}` : `${url.protocol}//${url.host}${url.pathname}`;
}
